"""Whoever watches is told when something is late or silent, and never about whom."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.utils import timezone

from portal.celery import app, nudge
from portal.permissions import Role
from portal.reminders import planning
from portal.reminders.models import Reminder
from portal.reminders.operations import figures, heartbeats, pauses, reconciling, watching
from portal.reminders.sending import dispatcher
from portal.reminders.tasks import dispatch_now
from tests.factories import UserFactory
from tests.reminders import post
from tests.reminders.conftest import known_in_time

pytestmark = pytest.mark.django_db
TOKEN = "a-long-secret"  # noqa: S105


@pytest.fixture
def late(probe_kind):
    user = UserFactory(email="robin@example.org", created_at=timezone.now() - timedelta(minutes=9))
    planning.plan(probe_kind, [user.pk])
    known_in_time()


@pytest.fixture
def outside(settings):
    """A service outside that remembers which addresses were asked for."""
    asked = []

    class Outside(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Outside) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.PING_URL = f"http://127.0.0.1:{server.server_port}/our-own"
        settings.PING_HOSTS = ["127.0.0.1"]
        yield asked
        server.shutdown()


def test_what_is_five_minutes_late_is_an_alarm_wherever_one_looks(
    client, late, outside, caplog, settings
):
    heartbeats.beat("loop")
    assert not watching.watch()
    [alarm] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert alarm.getMessage().startswith("reminders_late kind=probe channel=EMAIL gateway= late=5")
    assert client.get("/readyz").json()["reminders"] == "late"
    assert client.get("/readyz").status_code == 200
    dispatcher.run()
    assert watching.watch()
    assert outside == ["/our-own/fail", "/our-own"]
    assert client.get("/readyz").json()["reminders"] == "ok"
    settings.PING_HOSTS = ["hc-ping.com"]
    watching.watch()
    assert len(outside) == 2, "only a host that is named is asked"


def test_an_outage_is_an_alarm_although_every_letter_is_tried_again(
    client, probe_kind, dispatch, clock, through, mail_server, caplog, settings
):
    settings.REMINDER_LONGEST_WAIT, settings.REMINDER_FAILURES = 100, 100
    start = timezone.now()
    clock(start)
    user = UserFactory(created_at=start)
    planning.plan(probe_kind, [user.pk])
    through(1)  # nobody listens there
    for minutes in range(0, 11, 2):
        dispatch(start + timedelta(minutes=minutes))
    heartbeats.beat("loop")
    row = Reminder.objects.get()
    assert (row.status, row.attempt) == ("PLANNED", 6)
    assert row.next_at > start + timedelta(minutes=10)
    assert not watching.watch()
    assert "reminders_late kind=probe channel=EMAIL gateway= late=600" in caplog.text
    assert client.get("/readyz").json()["reminders"] == "late"

    through(mail_server.port)
    dispatch(start + timedelta(minutes=30))
    row.refresh_from_db()
    assert (row.status, row.late) == ("ACCEPTED", 1800)
    [sums] = figures.since(start).ways.values()
    assert (sums.sent, sums.very_late) == (1, 1)
    heartbeats.beat("loop")
    assert watching.watch()


def test_what_is_written_after_its_time_is_late_from_then_on(probe_kind, dispatch, clock):
    user = UserFactory(created_at=timezone.now() - timedelta(minutes=30))
    planning.plan(probe_kind, [user.pk])
    heartbeats.beat("loop")
    assert watching.watch(), "nobody could know of it before"
    clock(timezone.now() + timedelta(minutes=7))
    heartbeats.beat("loop")
    assert not watching.watch()
    dispatch(timezone.now() + timedelta(minutes=7))
    assert Reminder.objects.get().late in range(419, 430)


def test_what_waits_for_the_end_of_a_pause_is_not_late(member, probe_kind, dispatch, clock):
    start = timezone.now()
    clock(start)
    until = start + timedelta(minutes=20)
    pauses.pause(kind="probe", why="Prov", until=until, by=member(Role.ADMINISTRATOR))
    user = UserFactory(created_at=start - timedelta(minutes=1))
    planning.plan(probe_kind, [user.pk])
    dispatch(start)
    clock(start + timedelta(minutes=15))
    heartbeats.beat("loop")
    assert watching.watch()
    dispatch(until + timedelta(seconds=1))
    assert Reminder.objects.get().late == 1


def test_a_night_in_which_nobody_looked_is_told_of_the_day_after(client, clock):
    now = timezone.now()
    for hours in (0, 29, 31):
        clock(now + timedelta(hours=hours))
        heartbeats.beat("loop")
        assert watching.watch() == (hours < 30)
    assert client.get("/readyz").json()["reminders"] == "silent"
    reconciling.at_night()
    assert watching.watch()


def test_silence_is_told_of(client):
    assert client.get("/readyz").json()["reminders"] == "silent"


def test_where_beat_has_just_begun_for_the_first_time_nothing_is_silent_yet(client, clock):
    heartbeats.count_from_now()
    assert client.get("/readyz").json()["reminders"] == "ok"
    clock(timezone.now() + timedelta(minutes=6))
    heartbeats.count_from_now()
    assert client.get("/readyz").json()["reminders"] == "silent"


def test_figures_are_for_who_knows_the_token(client, settings):
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


def test_prometheus_reads_how_it_goes_and_nothing_of_anybody(
    client, late, settings, monkeypatch, django_capture_on_commit_callbacks
):
    settings.METRICS_TOKEN = TOKEN
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    monkeypatch.setitem(app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(app, "_pool", None)
    with django_capture_on_commit_callbacks(execute=True):
        nudge(dispatch_now)
    heartbeats.beat("night", {"begun_without_end": 2})

    def read():
        answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        return answer.text

    before = read()
    labels = 'channel="EMAIL",gateway="",kind="probe",status='
    assert f'portal_reminders_due{{{labels}"PLANNED"}} 1.0' in before
    assert "portal_reminders_oldest_due_seconds 54" in before
    assert 'portal_heartbeat_counts{part="nudges_swallowed",what="total"} 1.0' in before
    assert 'part="night",what="begun_without_end"} 2.0' in before
    dispatcher.run()
    after = read()
    assert "portal_reminders_oldest_due_seconds 0.0" in after
    assert f'portal_reminders_ended_last_day{{{labels}"ACCEPTED"}} 1.0' in after
    assert f'portal_reminders_late_last_day{{{labels}"ACCEPTED"}} 1.0' in after
    assert "robin" not in before + after


def test_a_failure_is_one_line_with_the_name_of_the_message_alone(probe_kind, caplog, through):
    user = UserFactory(email=f"{post.NOBODY}-robin@example.org", created_at=timezone.now())
    planning.plan(probe_kind, [user.pk])
    through(1)
    dispatcher.run()
    row = Reminder.objects.get()
    [line] = [one.getMessage() for one in caplog.records if "reminder_failed" in one.getMessage()]
    assert line.startswith("reminder_failed kind=probe channel=EMAIL gateway= code=Connection")
    assert line.endswith(f"line=TRANSIENT reminder={row.public_id}")
    assert "robin" not in caplog.text
