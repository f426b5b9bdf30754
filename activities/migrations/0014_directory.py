"""Supports, sheets of organisations, and the one table in which everything is found."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import phonenumber_field.modelfields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0013_hours_are_kept_true'),
        ('portal', '0011_representatives_have_a_role'),
    ]

    operations = [
        migrations.AddField(
            model_name='activity',
            name='also',
            field=models.CharField(blank=True, max_length=200, verbose_name='other words that people may look for'),
        ),
        migrations.AddField(
            model_name='activity',
            name='groups',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('YOUNG', '18 to 25 years'), ('OLDER', 'From 65 years'), ('WOMEN', 'Women'), ('RELATIVES', 'Those close to somebody')], max_length=12), blank=True, default=list, verbose_name='for whom, when it is not for everybody'),
        ),
        migrations.CreateModel(
            name='Sheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True, verbose_name='address on the web')),
                ('summary', models.CharField(max_length=200, verbose_name='in one sentence')),
                ('what_they_do', models.TextField(max_length=2000, verbose_name='what they do')),
                ('also', models.CharField(blank=True, max_length=200, verbose_name='other words that people may look for')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('website', models.URLField(blank=True, verbose_name='on the web')),
                ('verified_on', models.DateField(blank=True, null=True, verbose_name='last confirmed')),
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sheet', to='portal.organisation')),
            ],
            options={
                'verbose_name': 'sheet of an organisation',
                'verbose_name_plural': 'sheets of organisations',
            },
        ),
        migrations.CreateModel(
            name='Support',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True, verbose_name='address on the web')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('summary', models.CharField(max_length=200, verbose_name='in one sentence')),
                ('what_they_do', models.TextField(max_length=2000, verbose_name='what they do')),
                ('how', models.TextField(max_length=600, verbose_name='how one gets in touch, and what happens then')),
                ('hours', models.CharField(blank=True, max_length=200, verbose_name='when they answer')),
                ('evening', models.BooleanField(default=False, verbose_name='they answer after 16 too')),
                ('thresholds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('SOBER', 'Sober on site'), ('DECISION', 'Needs a decision from the municipality'), ('ADULT', 'From 18 years')], max_length=12), blank=True, default=list, verbose_name='what is asked')),
                ('groups', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('YOUNG', '18 to 25 years'), ('OLDER', 'From 65 years'), ('WOMEN', 'Women'), ('RELATIVES', 'Those close to somebody')], max_length=12), blank=True, default=list, verbose_name='for whom, when it is not for everybody')),
                ('cost', models.PositiveSmallIntegerField(default=0, verbose_name='cost in kronor')),
                ('also', models.CharField(blank=True, max_length=200, verbose_name='other words that people may look for')),
                ('phone', phonenumber_field.modelfields.PhoneNumberField(blank=True, max_length=128, region=None, verbose_name='phone')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('website', models.URLField(blank=True, verbose_name='on the web')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='last day')),
                ('verified_on', models.DateField(blank=True, null=True, verbose_name='last confirmed')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='supports', to='portal.organisation', verbose_name='run by')),
            ],
            options={
                'verbose_name': 'support',
                'verbose_name_plural': 'supports',
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('ACTIVITY', 'Activity'), ('SUPPORT', 'Support'), ('ORGANISATION', 'Organisation')], editable=False, max_length=12)),
                ('slug', models.CharField(editable=False, max_length=80)),
                ('name', models.CharField(editable=False, max_length=200)),
                ('sort_key', models.CharField(editable=False, max_length=200)),
                ('summary', models.CharField(editable=False, max_length=200)),
                ('thresholds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('SOBER', 'Sober on site'), ('DECISION', 'Needs a decision from the municipality'), ('ADULT', 'From 18 years')], max_length=12), editable=False)),
                ('groups', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('YOUNG', '18 to 25 years'), ('OLDER', 'From 65 years'), ('WOMEN', 'Women'), ('RELATIVES', 'Those close to somebody')], max_length=12), editable=False)),
                ('cost', models.PositiveSmallIntegerField(editable=False)),
                ('evening', models.BooleanField(editable=False)),
                ('not_authority', models.BooleanField(editable=False)),
                ('is_open', models.BooleanField(editable=False)),
                ('ended_on', models.DateField(editable=False, null=True)),
                ('activity', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='entry', to='activities.activity')),
                ('unit', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organisation')),
                ('sheet', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='entry', to='activities.sheet')),
                ('support', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='entry', to='activities.support')),
            ],
            options={
                'verbose_name': 'entry of the directory',
                'verbose_name_plural': 'entries of the directory',
            },
        ),
        migrations.CreateModel(
            name='UnmetDemand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('topic', models.CharField(blank=True, choices=[('COMPANY', 'Somebody to be with'), ('WORK', 'Work or practice'), ('STUDIES', 'Studies'), ('MONEY', 'Money'), ('HOME', 'Somewhere to live'), ('HEALTH', 'To feel better'), ('SPORT', 'To move and train'), ('EVENING', 'Something in the evening or at weekends'), ('OTHER', 'Something else')], max_length=12)),
                ('kind', models.CharField(blank=True, choices=[('ACTIVITY', 'Activity'), ('SUPPORT', 'Support'), ('ORGANISATION', 'Organisation')], max_length=12)),
                ('group', models.CharField(blank=True, choices=[('YOUNG', '18 to 25 years'), ('OLDER', 'From 65 years'), ('WOMEN', 'Women'), ('RELATIVES', 'Those close to somebody')], max_length=12)),
                ('threshold', models.CharField(blank=True, max_length=12)),
                ('evening', models.BooleanField(default=False)),
                ('no_decision', models.BooleanField(default=False)),
                ('free', models.BooleanField(default=False)),
                ('not_authority', models.BooleanField(default=False)),
                ('number', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name': 'what was not found',
                'verbose_name_plural': 'what was not found',
                'constraints': [models.UniqueConstraint(fields=('on', 'topic', 'kind', 'group', 'threshold', 'evening', 'no_decision', 'free', 'not_authority'), name='what_was_not_found_is_counted_in_one_row')],
            },
        ),
        migrations.CreateModel(
            name='Word',
            fields=[
                ('stem', models.CharField(editable=False, max_length=200, primary_key=True, serialize=False)),
                ('sound', models.CharField(editable=False, max_length=200)),
            ],
            options={
                'verbose_name': 'word of the directory',
                'verbose_name_plural': 'words of the directory',
                'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('stem', name='gin_trgm_ops'), name='word_by_its_parts'), models.Index(django.db.models.functions.text.Left('sound', 1), django.db.models.functions.text.Length('sound'), name='word_by_its_sound')],
            },
        ),
        migrations.CreateModel(
            name='EntryWord',
            fields=[
                ('pk', models.CompositePrimaryKey('entry_id', 'stem', blank=True, editable=False, primary_key=True, serialize=False)),
                ('stem', models.CharField(editable=False, max_length=200)),
                ('weight', models.PositiveSmallIntegerField(editable=False)),
                ('entry', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='words', to='activities.entry')),
            ],
            options={
                'verbose_name': 'word of an entry',
                'verbose_name_plural': 'words of entries',
                'indexes': [models.Index(fields=['stem', '-weight', 'entry'], name='entry_by_word')],
            },
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['sort_key', 'id'], name='entry_by_name'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('activity__isnull', False), ('kind', 'ACTIVITY'), ('support', None), ('sheet', None)), models.Q(('activity', None), ('kind', 'SUPPORT'), ('sheet', None), ('support__isnull', False)), models.Q(('activity', None), ('kind', 'ORGANISATION'), ('support', None), ('sheet__isnull', False)), _connector='OR'), name='an_entry_is_one_thing'),
        ),
    ]
