"""Days of a timetable when somebody does not come, closed as attendance is."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

BELT = import_module("activities.migrations.0005_second_belt")


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0008_there_is_a_line_for_a_place'),
        ('participants', '0015_representatives_speak_for_people'),
        ('portal', '0011_representatives_have_a_role'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='written')),
                ('submission_id', models.UUIDField(editable=False, null=True, unique=True)),
                ('info_type', models.PositiveSmallIntegerField(choices=[(1, 'who supports you and how to reach you'), (2, 'plan and next step'), (3, 'activities and attendance'), (4, 'workplaces and employers'), (5, 'wishes and strengths'), (6, 'adjustments'), (7, 'health'), (8, 'money'), (9, 'notes from talks and follow-up')], default=3)),
                ('reason', models.CharField(choices=[('UNSAID', 'I would rather not say'), ('ILL', 'Ill'), ('OTHER_TIME', 'Another appointment'), ('OTHER', 'Something else'), ('UNHEARD', 'We have not heard anything')], max_length=10, verbose_name='why')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True)),
                ('author', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organisation')),
                ('participant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='participants.participant')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to='activities.session')),
                ('step', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='participants.step')),
            ],
            options={
                'verbose_name': 'day when somebody does not come',
                'verbose_name_plural': 'days when somebody does not come',
                'indexes': [models.Index(fields=['participant', '-created_at', '-id'], name='absence_of_a_person')],
                'constraints': [models.UniqueConstraint(fields=('session', 'participant'), name='a_person_is_away_from_a_session_once'), models.CheckConstraint(condition=models.Q(('step', None), ('reason', 'UNHEARD'), _connector='OR'), name='only_silence_makes_a_colleague_get_in_touch')],
            },
        ),
        BELT.protect_item("activities_absence", BELT.SESSION.format("activities_absence")),
    ]
