"""Receipts and answers of gateways, each once; and the number an SMS goes to, as a keyed hash."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from portal.context import Purpose
from portal.policies import Protect

NOBODY = "false"
TABLES = ("reminders_receipt", "reminders_reply")


class Migration(migrations.Migration):

    dependencies = [
        ('reminders', '0012_old_reminders_lie_apart'),
    ]

    operations = [
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gateway', models.CharField(max_length=12)),
                ('reference', models.CharField(max_length=64)),
                ('word', models.CharField(max_length=20)),
                ('code', models.CharField(blank=True, max_length=40)),
                ('lease_token', models.UUIDField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name': 'receipt',
                'verbose_name_plural': 'receipts',
            },
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gateway', models.CharField(max_length=12)),
                ('reference', models.CharField(max_length=64)),
                ('said', models.CharField(choices=[('COMES', 'comes'), ('CANNOT', 'cannot come'), ('STOP', 'wants no more SMS'), ('WORDS', 'something else')], max_length=8)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name': 'answer by SMS',
                'verbose_name_plural': 'answers by SMS',
            },
        ),
        migrations.AddField(
            model_name='reminder',
            name='address',
            field=models.CharField(blank=True, db_default='', editable=False, max_length=64),
        ),
        migrations.AlterField(
            model_name='reminder',
            name='reason',
            field=models.CharField(blank=True, choices=[('', ''), ('NOT_WANTED', 'moved, cancelled or done'), ('NOT_VALID', 'no longer right to send'), ('NO_ADDRESS', 'no address'), ('NOT_ASKED_FOR', 'the recipient does not want it'), ('PAUSED', 'the recipient has a pause from messages'), ('BY_HAND', 'a colleague tells it instead'), ('PROTECTED', 'protected identity: never by message'), ('TOO_LATE', 'too late'), ('TOO_MANY_TRIES', 'too many tries'), ('UNKNOWN', 'no answer, twice'), ('REFUSED', 'refused by the mail server'), ('NOT_DELIVERED', 'it did not arrive')], default='', max_length=14),
        ),
        migrations.AddIndex(
            model_name='reminder',
            index=models.Index(condition=models.Q(('address', ''), _negated=True), fields=['address', 'ended_at'], name='reminder_to_a_number'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='reminder',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_CASCADE, related_name='receipts', to='reminders.reminder'),
        ),
        migrations.AddField(
            model_name='reply',
            name='reminder',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_CASCADE, related_name='replies', to='reminders.reminder'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(fields=('gateway', 'reference', 'word'), name='a_gateway_tells_a_thing_once'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.UniqueConstraint(fields=('gateway', 'reference'), name='an_answer_is_heard_once'),
        ),
        *(Protect(table, NOBODY, system=[Purpose.REMINDERS]) for table in TABLES),
        migrations.RunSQL(
            f"REVOKE UPDATE, DELETE ON {', '.join(TABLES)} FROM portal_app",
            migrations.RunSQL.noop,
        ),
    ]
