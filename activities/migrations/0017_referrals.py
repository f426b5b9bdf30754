"""Questions about places: read by those asked, and by those who read about the person."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.context import Purpose
from portal.models import Level
from portal.policies import MEMBERSHIP, UNIT, Protect, of_a_person

TABLE = "activities_referral"
# As `visible_to` has it: who leads activities reads what the own unit has been asked.
LEADS = f"(SELECT role = 'ACTIVITY_LEADER' FROM portal_membership WHERE id = {MEMBERSHIP})"
ASKED = (
    f"taken_back_at IS NULL AND {TABLE}.receiver_id = {UNIT}"
    f" AND NOT is_anybody_protected(ARRAY[{TABLE}.participant_id])"
)
ONLY_ANSWERS = f"""
REVOKE UPDATE ON {TABLE} FROM portal_app;
GRANT UPDATE (answer, reason, answered_at, answered_by_id, taken_back_at) ON {TABLE} TO portal_app;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0016_suggestions'),
        ('participants', '0015_representatives_speak_for_people'),
        ('portal', '0011_representatives_have_a_role'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('submission_id', models.UUIDField(editable=False, null=True, unique=True)),
                ('first_name', models.CharField(max_length=100, verbose_name='first name')),
                ('told', models.TextField(max_length=500, verbose_name='what they may know')),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='sent')),
                ('remind_on', models.DateField(editable=False)),
                ('expires_on', models.DateField(editable=False, verbose_name='to be answered by')),
                ('answer', models.CharField(blank=True, choices=[('ACCEPTED', 'Yes, welcome'), ('DECLINED', 'Not now')], max_length=8, verbose_name='answer')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='why')),
                ('answered_at', models.DateTimeField(editable=False, null=True, verbose_name='answered')),
                ('taken_back_at', models.DateTimeField(editable=False, null=True, verbose_name='taken back')),
                ('answered_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='activities.entry', verbose_name='what')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organisation')),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='participants.participant')),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organisation', verbose_name='who is asked')),
                ('sender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.membership', verbose_name='asked by')),
            ],
            options={
                'verbose_name': 'question about a place',
                'verbose_name_plural': 'questions about places',
                'indexes': [models.Index(fields=['participant', '-sent_at'], name='referral_of_a_person'), models.Index(fields=['receiver', '-sent_at'], name='referral_to_a_unit')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('answered_at', None), ('taken_back_at', None)), fields=('participant', 'receiver'), name='a_unit_is_asked_once_at_a_time_about_a_person'), models.CheckConstraint(condition=models.Q(('expires_on__gt', models.F('remind_on'))), name='a_referral_reminds_before_it_expires'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='an_answered_referral_has_an_answer_and_a_person'), models.CheckConstraint(condition=models.Q(models.Q(('answer', 'DECLINED'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='a_referral_is_declined_with_a_reason'), models.CheckConstraint(condition=models.Q(('answered_at', None), ('taken_back_at', None), _connector='OR'), name='a_referral_is_answered_or_taken_back_not_both')],
            },
        ),
        migrations.RunSQL(ONLY_ANSWERS, migrations.RunSQL.noop),
        Protect(
            TABLE,
            f"CASE WHEN {LEADS} THEN {ASKED} ELSE {of_a_person(TABLE, Level.READ)} END",
            system=[Purpose.REMINDERS],
        ),
    ]
