"""Suggestions: three open ones at most, whoever makes them; the database counts."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.policies import Protect, item


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0015_directory_keeps_itself'),
        ('participants', '0015_representatives_speak_for_people'),
        ('portal', '0011_representatives_have_a_role'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Suggestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='written')),
                ('submission_id', models.UUIDField(editable=False, null=True, unique=True)),
                ('info_type', models.PositiveSmallIntegerField(choices=[(1, 'who supports you and how to reach you'), (2, 'plan and next step'), (3, 'activities and attendance'), (4, 'workplaces and employers'), (5, 'wishes and strengths'), (6, 'adjustments'), (7, 'health'), (8, 'money'), (9, 'notes from talks and follow-up')], default=2)),
                ('slot', models.PositiveSmallIntegerField(editable=False)),
                ('answer', models.CharField(blank=True, choices=[('YES', 'Yes, please'), ('NOT_NOW', 'Not now')], max_length=8, verbose_name='answer')),
                ('answered_at', models.DateTimeField(editable=False, null=True, verbose_name='answered')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='taken back')),
                ('author', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suggestions', to='activities.entry', verbose_name='what')),
                ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organisation')),
                ('participant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='participants.participant')),
            ],
            options={
                'verbose_name': 'suggestion',
                'verbose_name_plural': 'suggestions',
                'indexes': [models.Index(fields=['participant', '-created_at', '-id'], name='suggestion_to_a_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('slot__gte', 1), ('slot__lte', 3)), name='a_person_has_three_suggestions_at_most'), models.UniqueConstraint(condition=models.Q(('answered_at', None), ('withdrawn_at', None)), fields=('participant', 'slot'), name='a_slot_holds_one_open_suggestion'), models.UniqueConstraint(condition=models.Q(('answered_at', None), ('withdrawn_at', None)), fields=('participant', 'entry'), name='a_thing_is_suggested_once_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None)), models.Q(('answered_at__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='an_answered_suggestion_has_an_answer')],
            },
        ),
        Protect("activities_suggestion", item("activities_suggestion")),
    ]
