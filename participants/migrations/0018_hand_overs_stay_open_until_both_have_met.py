"""A change of contact that is under way, read as what is handed out by law is: own organisation."""

import uuid
from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from portal.context import Purpose
from portal.policies import Protect

DISCLOSED = import_module("participants.migrations.0011_second_belt_of_sharing").DISCLOSURE
HANDOVER = DISCLOSED.replace("participants_disclosure", "participants_handover")


class Migration(migrations.Migration):
    dependencies = [
        ('participants', '0017_decisions_that_are_waited_for'),
        ('portal', '0011_representatives_have_a_role'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='written')),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='what the new contact should know')),
                ('meets_on', models.DateField(blank=True, null=True, verbose_name='first meeting')),
                ('comes_along', models.BooleanField(default=False, verbose_name='the contact before comes along')),
                ('met_at', models.DateTimeField(null=True, verbose_name='the new contact has met the person')),
                ('let_go_at', models.DateTimeField(null=True, verbose_name='the contact before has handed over')),
                ('ended_at', models.DateTimeField(editable=False, null=True)),
                ('author', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('giver', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.membership', verbose_name='contact before')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organisation')),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to='participants.participant')),
                ('taker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.membership', verbose_name='new contact')),
            ],
            options={
                'verbose_name': 'hand-over',
                'verbose_name_plural': 'hand-overs',
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['created_at'], name='handover_under_way')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('participant',), name='a_person_is_handed_over_once_at_a_time'), models.CheckConstraint(condition=models.Q(('giver__isnull', False), models.Q(('comes_along', False), ('let_go_at', None)), _connector='OR'), name='only_a_contact_before_comes_along_and_hands_over')],
            },
        ),
        Protect("participants_handover", HANDOVER, system=[Purpose.TEAM, Purpose.REMINDERS]),
    ]
