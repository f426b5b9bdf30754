"""A decision made elsewhere, that a person's way onwards waits for (docs/decisions/0036)."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from portal.context import Purpose
from portal.policies import Protect, item


class Migration(migrations.Migration):
    dependencies = [
        ('participants', '0016_silence_and_the_end_of_a_yes'),
        ('portal', '0011_representatives_have_a_role'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AwaitedDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('info_type', models.PositiveSmallIntegerField(choices=[(1, 'who supports you and how to reach you'), (2, 'plan and next step'), (3, 'activities and attendance'), (4, 'workplaces and employers'), (5, 'wishes and strengths'), (6, 'adjustments'), (7, 'health'), (8, 'money'), (9, 'notes from talks and follow-up')])),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='written')),
                ('submission_id', models.UUIDField(editable=False, null=True, unique=True)),
                ('text', models.CharField(max_length=200, verbose_name='what is decided')),
                ('authority', models.CharField(choices=[('AF', 'the Employment Service'), ('FK', 'the Social Insurance Agency'), ('SOCIAL', 'social services'), ('REGION', 'the region'), ('UNIT', 'another part of the town')], max_length=10, verbose_name='whom we wait for')),
                ('asked_on', models.DateField(verbose_name='asked on')),
                ('expected_on', models.DateField(verbose_name='answer expected by')),
                ('answer', models.CharField(blank=True, choices=[('YES', 'Yes'), ('PARTLY', 'In part'), ('NO', 'No'), ('LET_GO', 'We no longer wait for it')], max_length=10, verbose_name='answer')),
                ('answer_text', models.CharField(blank=True, max_length=200, verbose_name='in short')),
                ('answered_on', models.DateField(null=True, verbose_name='answer came')),
                ('answered_at', models.DateTimeField(editable=False, null=True)),
                ('answered_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('author', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organisation')),
                ('participant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='participants.participant')),
                ('watcher', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.membership', verbose_name='who watches it')),
            ],
            options={
                'verbose_name': 'decision that is waited for',
                'verbose_name_plural': 'decisions that are waited for',
                'indexes': [models.Index(fields=['participant', 'asked_on'], name='decision_of_a_person'), models.Index(condition=models.Q(('answer', '')), fields=['expected_on'], name='decision_not_answered')],
                'constraints': [models.CheckConstraint(condition=models.Q(('expected_on__gte', models.F('asked_on'))), name='a_decision_is_expected_when_it_is_asked_for_or_later', violation_error_message='The answer cannot come before the question.'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answer_text', ''), ('answered_at', None), ('answered_by', None), ('answered_on', None)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False), ('answered_on__gte', models.F('asked_on'))), _connector='OR'), name='an_answered_decision_has_a_day_a_time_and_a_person', violation_error_message='The answer cannot come before the question.')],
            },
        ),
        Protect(
            "participants_awaiteddecision",
            item("participants_awaiteddecision"),
            system=[Purpose.REMINDERS],
        ),
    ]
