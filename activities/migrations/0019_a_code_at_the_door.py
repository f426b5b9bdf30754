"""A code of four figures for one door: the person and those who read the record see it."""

import django.db.models.deletion
from django.db import migrations, models

from portal.context import Purpose
from portal.models import Level
from portal.policies import Protect, of_a_person

TABLE = "activities_doorcode"


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0018_how_we_know_who_came'),
        ('participants', '0015_representatives_speak_for_people'),
        ('portal', '0011_representatives_have_a_role'),
    ]

    operations = [
        migrations.CreateModel(
            name='DoorCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('look_up', models.BinaryField(max_length=32, null=True)),
                ('sealed', models.BinaryField(null=True)),
                ('drawn_on', models.DateField(editable=False)),
                ('used_on', models.DateField(editable=False)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='door_codes', to='participants.participant')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organisation')),
            ],
            options={
                'verbose_name': 'code at the door',
                'verbose_name_plural': 'codes at the door',
                'constraints': [models.UniqueConstraint(fields=('unit', 'look_up'), name='a_code_at_a_door_is_one_person_s'), models.UniqueConstraint(fields=('participant', 'unit'), name='a_person_has_one_code_at_a_door'), models.CheckConstraint(condition=models.Q(models.Q(('look_up', None), ('sealed', None)), models.Q(('look_up__isnull', False), ('sealed__isnull', False)), _connector='OR'), name='a_code_is_found_and_shown_or_neither')],
            },
        ),
        Protect(TABLE, of_a_person(TABLE, Level.READ), system=[Purpose.SESSIONS]),
    ]
