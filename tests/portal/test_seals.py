"""The log is sealed each minute: what has been changed afterwards is named."""

import threading
from datetime import UTC, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from portal import audit
from portal.models import AuditAct, AuditEvent, AuditSeal
from portal.tasks import make_log_months, seal_log
from tests.database import app_role

WRITERS, EACH = 8, 25
YEAR, SIX_MINUTES = timedelta(days=400), timedelta(minutes=6)


def refused():
    return pytest.raises(DatabaseError, match="permission denied")


def write(guide, number=1):
    for _ in range(number):
        audit.record(AuditAct.VIEW, "record", by=guide, participants=[7])


def tamper(statement, *values):
    """Do what no role of the portal may, past the trigger: as on a server that is stolen."""
    with connection.cursor() as cursor:
        for table in ("portal_auditevent", "portal_auditseal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        for table in ("portal_auditevent", "portal_auditseal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def sealed(guide):
    """Two seals: of three rows, and of one."""
    write(guide, 3)
    seal_log()
    write(guide)
    seal_log()
    return list(AuditEvent.objects.order_by("pk").values_list("pk", flat=True))


def faults():
    with pytest.raises(CommandError) as found:
        call_command("verify_audit")
    return str(found.value)


def test_each_row_is_in_one_seal_and_sealing_again_adds_nothing(sealed, capsys):
    seal_log()
    seals = AuditSeal.objects.order_by("no")
    assert [one.ids for one in seals] == [sealed[:3], sealed[3:]]
    call_command("verify_audit")
    assert "The log is whole: 2 seals" in capsys.readouterr().out


@pytest.mark.parametrize(
    "change",
    [
        "participants = '{8}'",
        "at = at - interval '1 second'",
        "purpose = 'kaffe'",
        "user_id = NULL",
        "act = 'LIST'",
    ],
)
def test_row_that_somebody_has_changed_is_named(sealed, change):
    tamper(f"UPDATE portal_auditevent SET {change} WHERE id = %s", sealed[1])  # noqa: S608
    assert faults() == f"The log is not whole: row {sealed[1]} of seal 1 has been changed."


def test_row_that_somebody_has_deleted_is_named(sealed):
    tamper("DELETE FROM portal_auditevent WHERE id = %s", sealed[3])
    assert faults() == f"The log is not whole: row {sealed[3]} of seal 2 is gone."


def test_seal_that_was_made_again_no_longer_fits_the_next_one(sealed):
    tamper("UPDATE portal_auditevent SET purpose = 'kaffe' WHERE id = %s", sealed[0])
    tamper(
        "UPDATE portal_auditseal SET lines[1] = (SELECT audit_line(one)"
        " FROM portal_auditevent one WHERE id = %s) WHERE no = 1",
        sealed[0],
    )
    tamper(
        "UPDATE portal_auditseal SET digest = audit_chain(previous, month, ids, lines) WHERE no = 1"
    )
    assert faults() == "The log is not whole: seal 2 does not follow the one before it."


def test_seal_that_is_gone_is_missed(sealed):
    tamper("DELETE FROM portal_auditseal WHERE no = 1")
    assert "seal 2 does not follow the one before it" in faults()


def test_row_that_waits_too_long_for_a_seal_is_an_alarm(sealed, guide):
    late = AuditEvent.objects.create(act=AuditAct.VIEW, subject="record")
    tamper("UPDATE portal_auditevent SET at = now() - interval '6 minutes' WHERE id = %s", late.pk)
    assert f"row {late.pk} has waited more than five minutes for a seal" in faults()


def test_what_is_older_than_an_hour_is_not_looked_through_again(guide):
    write(guide, 2)
    old = AuditEvent.objects.earliest("pk").pk
    an_hour_ago = timezone.now() - timedelta(minutes=61)
    tamper("UPDATE portal_auditevent SET at = %s WHERE id = %s", an_hour_ago, old)
    seal_log()
    assert AuditSeal.objects.get().complete_to == old
    write(guide)
    seal_log()
    assert AuditSeal.objects.count() == 2


@pytest.mark.parametrize(
    "act", ["UPDATE portal_auditseal SET no = 9", "DELETE FROM portal_auditseal"]
)
def test_neither_the_portal_nor_the_owner_may_touch_a_seal(sealed, act):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act)
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(act)


def test_month_that_has_gone_is_not_missed_and_its_seals_stay(guide, capsys):
    old = AuditEvent.objects.create(act="VIEW", subject="record", at=timezone.now() - YEAR)
    write(guide)
    seal_log()
    years = [one.month.year for one in AuditSeal.objects.order_by("no")]
    assert years == [old.at.year, timezone.now().year]
    tamper("DROP TABLE portal_auditevent_before")
    assert not AuditEvent.objects.filter(pk=old.pk).exists()
    call_command("verify_audit")
    assert "The log is whole: 2 seals" in capsys.readouterr().out


def test_row_waiting_for_its_seal_makes_readyz_degraded(guide, client):
    AuditEvent.objects.create(act="VIEW", subject="record", at=timezone.now() - SIX_MINUTES)
    assert client.get("/readyz").json()["log"] == "degraded"
    seal_log()
    assert client.get("/readyz").json()["log"] == "ok"


def test_months_are_made_far_ahead_so_that_no_insert_fails(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT newest_audit_month()")
        newest = cursor.fetchone()[0]
        assert newest >= timezone.localdate() + relativedelta(months=12)
        cursor.execute(f"DROP TABLE portal_auditevent_{newest:%Y_%m}")
    make_log_months()
    in_it = timezone.now().replace(year=newest.year, month=newest.month, day=2)
    AuditEvent.objects.create(act="VIEW", subject="record", at=in_it)
    edge = timezone.now().replace(day=1) + relativedelta(months=1, hour=0, minute=0, second=0)
    for seconds in (-1, 0, 1):
        at = edge + timedelta(seconds=seconds)
        AuditEvent.objects.create(act="VIEW", subject="record", at=at)


def test_a_month_is_as_closed_as_the_whole_log(guide):
    write(guide)
    month = f"portal_auditevent_{timezone.now().astimezone(UTC):%Y_%m}"
    delete = f"DELETE FROM {month}"  # noqa: S608
    with app_role(), refused(), transaction.atomic():
        connection.cursor().execute(delete)
    with pytest.raises(DatabaseError, match="append-only"):
        connection.cursor().execute(delete)


@pytest.mark.django_db(transaction=True)
def test_eight_writers_beside_the_sealer_leave_each_row_in_one_seal(guide):
    ended = threading.Event()

    def writing():
        write(guide, EACH)
        connection.close()

    def sealing():
        while not ended.is_set():
            seal_log()
        connection.close()

    writers = [threading.Thread(target=writing) for _ in range(WRITERS)]
    sealer = threading.Thread(target=sealing)
    sealer.start()
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    ended.set()
    sealer.join()
    seal_log()
    held = [pk for seal in AuditSeal.objects.all() for pk in seal.ids]
    assert len(held) == len(set(held)) == AuditEvent.objects.count() == WRITERS * EACH
    call_command("verify_audit")
