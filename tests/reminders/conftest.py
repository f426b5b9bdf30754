"""A database clock that can be moved, a mail server with moods, processes that may be killed."""

import itertools
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.db.models import Count, F
from django.utils import timezone

from portal.processes import TICK, Children
from portal.reminders import kinds, planning
from portal.reminders.channels import email, sms
from portal.reminders.channels.health import Health
from portal.reminders.models import Channel, Line, RecipientKind, Reminder, Status, Wish
from portal.reminders.sending import dispatcher
from tests.factories import UserFactory
from tests.reminders import gateways, post, probe
from tests.reminders.nursery import Nursery

# Found before the real ones by statements of ours; functions with a path of their own keep theirs.
CLOCK = """
CREATE SCHEMA moved;
GRANT USAGE ON SCHEMA moved TO portal_app;
CREATE FUNCTION moved.now() RETURNS timestamptz STABLE LANGUAGE sql
  AS $$ SELECT current_setting('moved.now')::timestamptz $$;
CREATE FUNCTION moved.statement_timestamp() RETURNS timestamptz STABLE LANGUAGE sql
  AS $$ SELECT current_setting('moved.now')::timestamptz $$;
"""


@pytest.fixture
def clock(db):
    """Return a function that sets the database's clock, until the test is rolled back.

    Forwards only: what plans a row keeps the true clock, and finds no room for a day that is over.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLOCK)

    def show(moment):
        assert moment > timezone.now() - timedelta(minutes=1), "move the clock forwards"
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('moved.now', %s, true)", [moment.isoformat()])
            cursor.execute("SET LOCAL search_path = moved, pg_catalog, public")

    return show


@pytest.fixture
def dispatch(clock):
    """Run one pass at a moment; return the counts and what was sent."""

    def at(moment):
        clock(moment)
        mail.outbox.clear()
        counts = dispatcher.run()
        return counts, list(mail.outbox)

    return at


@pytest.fixture
def probe_kind():
    """A kind whose subjects are accounts, so that it is due whenever a test wants."""
    probe.register()
    yield probe.PROBE
    del kinds.registry.kinds[probe.PROBE.code]
    kinds.register_recipients(RecipientKind.STAFF, kinds.of_staff)


@pytest.fixture
def mail_server():
    with post.running() as server:
        yield server


@pytest.fixture
def through(settings, monkeypatch):
    """Let reminders go through a server, which nobody knows yet."""
    monkeypatch.setattr(email, "_health", Health())

    def point(port, **options):
        known = {"host": "127.0.0.1", "port": port, "timeout": 5, **options}
        backend = "portal.reminders.channels.smtp.Backend"
        ours = {"reminders": {"BACKEND": backend, "OPTIONS": known}}
        settings.MAILERS = {**settings.MAILERS, **ours}

    yield point
    email.hang_up()


@pytest.fixture(scope="session")
def nursery(tmp_path_factory):
    """One process that has imported everything, and forks the others."""
    with Children() as children:
        made = Nursery(children, tmp_path_factory.mktemp("nursery"))
        yield made
        made.close()


@pytest.fixture
def start(transactional_db, mail_server, nursery, tmp_path):
    """Start a real process that dispatches; all are killed when the test ends."""

    def begin(*mode, steps=None, **settings):
        return nursery.fork(
            mode,
            log=tmp_path / "log",
            steps=steps or {},
            **{"port": mail_server.port, **settings},
        )

    yield begin
    nursery.end_all()


@pytest.fixture
def tell(transactional_db, probe_kind):
    """Plan a reminder for each address, in one transaction; return the rows' Message-IDs."""

    numbers = itertools.count()

    def plan(*words, ago=timedelta(seconds=1)):
        due_at = timezone.now() - ago
        with transaction.atomic():
            made = [
                UserFactory(email=f"{word}-{number}@example.org", created_at=due_at)
                for number, word in zip(numbers, words, strict=False)
            ]
            planning.plan(probe_kind, [user.pk for user in made])
        rows = Reminder.objects.filter(subject_id__in=[user.pk for user in made])
        by_subject = {row.subject_id: f"<{row.public_id}@example.org>" for row in rows}
        return [by_subject[user.pk] for user in made]

    return plan


@pytest.fixture
def two_gateways(tmp_path, monkeypatch):
    """46elks and Twilio at localhost; whoever had to rest has rested."""
    monkeypatch.setattr(sms, "_health", {})
    with gateways.running(tmp_path / "journal") as there:
        yield there


@pytest.fixture(params=["elks", "twilio"])
def one_gateway(request, settings, two_gateways):
    settings.SMS_URL = getattr(two_gateways, request.param) + "&from=%2B46766861004"
    settings.REMINDER_CALL, settings.REMINDER_LOOK_UP, settings.REMINDER_WAIT = 0.3, 0.0, 0.0
    two_gateways.receipts = False
    return two_gateways


def now_again():
    """Let what waits be due."""
    Reminder.objects.open().update(next_at=timezone.now() - timedelta(seconds=1))


def known_in_time():
    """Let what is due have been written before its time, as nearly everything is."""
    Reminder.objects.open().update(ready_at=F("next_at"))


def once():
    """End after one pass."""
    return iter([False, True, True]).__next__


@pytest.fixture
def text(db, probe_kind):
    """Plan an SMS to each number; return the rows in their order."""

    def plan(*phones, ago=timedelta(seconds=1), kind=probe_kind):
        due_at = timezone.now() - ago
        with transaction.atomic():
            made = [UserFactory(phone=phone, created_at=due_at) for phone in phones]
            for user in made:
                who = {"recipient_kind": RecipientKind.STAFF, "recipient_id": user.pk}
                Wish.objects.create(**who, channel=Channel.SMS, sms_since=due_at)
            planning.plan(kind, [user.pk for user in made], channel=Channel.SMS)
        rows = {row.subject_id: row for row in Reminder.objects.filter(kind=kind.code)}
        return [rows[user.pk] for user in made]

    return plan


@pytest.fixture
def until():
    """Wait for a condition; fail with what there is when it takes too long."""

    def wait(condition, seconds=15.0):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, statuses()
            time.sleep(TICK)

    return wait


def statuses():
    """Return how many rows there are of each status."""
    return dict(Reminder.objects.values_list("status").annotate(Count("pk")).order_by())


@pytest.fixture
def all_ended(until, mail_server):
    """Wait until no row is open, and check what must hold of every row after any fault."""

    def check(seconds=20.0):
        until(lambda: not Reminder.objects.open().exists(), seconds)
        for row in Reminder.objects.prefetch_related("attempts"):
            copies = mail_server.copies[f"<{row.public_id}@example.org>"]
            lines = [attempt.line for attempt in row.attempts.all()]
            if row.status == Status.ACCEPTED:
                assert copies >= 1, "said to be sent, and was not"
                assert lines.count(Line.ACCEPTED) == 1
            assert copies <= 1 + row.repeats, "sent again without being counted"
            assert row.repeats <= 1
        return statuses()

    return check


@pytest.fixture
def oldest_transaction(transactional_db):
    """Return how long the oldest transaction of another session has been open, in seconds."""

    def seconds():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)"
                " FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            return float(cursor.fetchone()[0])

    return seconds
