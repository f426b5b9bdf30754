"""A kind for tests: due when an account was created, said to that account, by day and by night."""

from dataclasses import replace
from datetime import timedelta

from django.db import connection

from portal.models import User
from portal.reminders import kinds
from portal.reminders.kinds import Address, Due, Message, ReminderKind
from portal.reminders.models import Priority, RecipientKind, Wish

UNWANTED = "unwanted"  # in the field `hours`
LASTS = timedelta(hours=1)


def due(ids):
    wanted = User.objects.filter(pk__in=ids).exclude(hours=UNWANTED)
    return {one.pk: Due(one.created_at, one.created_at + LASTS) for one in wanted}


def recipients(ids):
    return {pk: [kinds.staff(pk)] for pk in ids}


def text(_due, _recipient):
    return Message("Hej", "Hej! Det här är ett prov.")


PROBE = ReminderKind(
    code="probe",
    name="probe",
    due=due,
    recipients=recipients,
    text=text,
    soon=lambda _today: (),
    rests=False,
    priority=Priority.NOW,
)


def addresses(ids):
    """Return accounts; those that have chosen SMS are reached by nothing else."""
    phones = dict(User.objects.filter(pk__in=ids).values_list("pk", "phone"))
    by_sms = Wish.objects.filter(recipient_id__in=ids, channel="SMS")
    texted = set(by_sms.values_list("recipient_id", flat=True))
    return {
        pk: Address("", one.language, phones[pk].as_e164) if pk in texted else one
        for pk, one in kinds.of_staff(ids).items()
    }


def too_slow(_today):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '20ms'; SELECT pg_sleep(1)")


def broken(_today):
    return {}["today"]


def register():
    """Make the probe known to this process."""
    kinds.register(PROBE)
    kinds.register_recipients(RecipientKind.STAFF, addresses)


def register_with_broken_ones():
    """Make kinds known that cannot be swept, and after them one that nobody has planned."""
    kinds.register(replace(PROBE, code="slow", soon=too_slow))
    kinds.register(replace(PROBE, code="broken", soon=broken))
    everybody = User.objects.values_list("pk", flat=True)
    kinds.register(replace(PROBE, code="later", soon=lambda _today: list(everybody)))
