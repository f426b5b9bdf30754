"""Whatever one part of it meets, what is due for others leaves."""

import socketserver
import threading
from collections import Counter
from dataclasses import replace
from http.server import BaseHTTPRequestHandler

import pytest

from portal.models import PushSubscription
from portal.reminders import kinds, planning
from portal.reminders.channels import smtp
from portal.reminders.models import (
    Channel,
    Line,
    RecipientKind,
    Reminder,
    ReminderAttempt,
    Status,
    Wish,
)
from portal.reminders.sending import dispatcher
from tests.factories import UserFactory
from tests.reminders import post, probe
from tests.reminders.conftest import once, statuses
from tests.reminders.nursery import AT_LEISURE
from tests.reminders.test_push import KEY

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "+46700000001"


def test_a_sweep_that_fails_keeps_nobody_from_hearing(start, tell, until):
    [_row] = tell("well")
    loop = start("loop", broken=True, **AT_LEISURE)
    until(lambda: Reminder.objects.filter(kind="probe", status=Status.ACCEPTED).exists(), 5)
    until(lambda: Reminder.objects.filter(kind="later", status=Status.ACCEPTED).exists())
    assert loop.wrote("reminders of kind slow not swept: OperationalError", 1)
    assert loop.wrote("reminders of kind broken not swept: KeyError", 1)
    tell("well")
    until(lambda: statuses() == {Status.ACCEPTED: 3})
    assert not loop.wrote("The database is away")


def test_what_is_due_leaves_while_many_others_are_looked_for(probe_kind, monkeypatch):
    monkeypatch.setattr(planning, "AT_A_TIME", 1)
    made = [UserFactory().pk for _ in range(3)]
    kinds.registry.kinds["probe"] = replace(probe_kind, soon=lambda _today: made)
    left = Counter()
    looked_at = planning.sweep(lambda: left.update(dispatcher.run()))
    assert looked_at["probe"] == 3
    assert left["accepted"] == 2, "the third was planned last"


def test_what_has_gone_is_written_before_others_are_looked_for(
    tell, through, mail_server, settings, monkeypatch
):
    monkeypatch.setattr(dispatcher, "LISTEN", 30.0)
    settings.REMINDER_AT_ONCE, mail_server.delay = 4, 0.05
    through(mail_server.port)
    tell(*["well"] * 12)
    dispatcher.run()
    lines = list(ReminderAttempt.objects.order_by("pk").values_list("line", flat=True))
    assert lines == ([Line.BEGUN] * 4 + [Line.ACCEPTED] * 4) * 3


def test_a_letter_that_hangs_holds_up_none_of_those_after_it(
    tell, through, mail_server, settings, monkeypatch
):
    monkeypatch.setattr(dispatcher, "MOMENT", 30.0)
    through(mail_server.port)
    settings.REMINDER_AT_ONCE, settings.REMINDER_CALL = 4, 2.0
    tell(post.SILENT, *["well"] * 11)
    dispatcher.run()
    ends = ReminderAttempt.objects.exclude(line=Line.BEGUN).order_by("pk")
    assert [one.line for one in ends] == [Line.ACCEPTED] * 11 + [Line.UNKNOWN]


def test_a_few_letters_at_a_time_are_in_doubt_when_every_line_breaks(
    tell, through, mail_server, monkeypatch
):
    monkeypatch.setattr(smtp, "AT_THE_DOOR", 30.0)
    mail_server.delay = 0.05
    through(mail_server.port)
    tell(*["well"] * 32)
    assert dispatcher.run()["accepted"] == 32
    assert 2 <= mail_server.most_at_once <= 8


def by_push(user_id, endpoint):
    who = {"recipient_kind": RecipientKind.STAFF, "recipient_id": user_id}
    Wish.objects.create(**who, channel=Channel.PUSH)
    PushSubscription.objects.create(user_id=user_id, endpoint=endpoint)


@pytest.mark.parametrize(
    "endpoint", ["https://fcm.googleapis.com/\x01", "https://a..notify.windows.com/"]
)
def test_a_browser_address_that_nobody_can_call_costs_nobody_else_an_outcome(
    tell, through, mail_server, settings, endpoint
):
    settings.PUSH_KEY = KEY
    ids = tell(*["well"] * 17)
    by_push(Reminder.objects.order_by("pk").last().recipient_id, endpoint)
    through(mail_server.port)
    dispatcher.run()
    assert statuses() == {Status.ACCEPTED: 17}, "and by e-mail where no sign goes"
    assert [mail_server.copies[one] for one in ids] == [1] * 17


class Odd(BaseHTTPRequestHandler):
    """A gateway that hangs up on a message, and whose history nobody can read."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"data": ["odd", 1]}')

    def log_message(self, *_):
        pass


def test_a_history_that_nobody_can_read_costs_nobody_else_an_outcome(
    tell, text, two_gateways, settings
):
    settings.REMINDER_LOOK_UP = 0.0
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Odd) as gateway:
        threading.Thread(target=gateway.serve_forever, args=[0.02]).start()
        settings.SMS_URL = f"http://elsa:hemligt@127.0.0.1:{gateway.server_address[1]}/a1?as=elks"
        [texted] = text(PHONE)
        tell(*["well"] * 5)
        for _ in range(2):
            dispatcher.run()
        gateway.shutdown()
    assert statuses()[Status.ACCEPTED] == 5
    lines = texted.attempts.exclude(line=Line.BEGUN).order_by("pk")
    assert [one.line for one in lines][:2] == [Line.UNKNOWN] * 2
    assert lines[1].code.startswith("asked ")


def test_a_text_that_cannot_be_made_holds_up_no_other_of_its_kind(tell, through, mail_server):
    def text(due, recipient):
        return {}["name"] if recipient.pk == odd.recipient_id else probe.text(due, recipient)

    tell(*["well"] * 6)
    odd = Reminder.objects.order_by("pk")[2]
    kinds.registry.kinds["probe"] = replace(probe.PROBE, text=text)
    through(mail_server.port)
    dispatcher.run(is_ending=once())
    assert statuses() == {Status.ACCEPTED: 5, Status.PLANNED: 1}
    odd.refresh_from_db()
    assert (odd.status, odd.attempt) == (Status.PLANNED, 1)


class Babbling(Odd):
    """A gateway that takes a message, and gives it a name that nobody can write down."""

    def do_POST(self):
        super().do_POST()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"id": "s\\u0000\\ud800"}')


def test_a_name_that_cannot_be_written_down_costs_no_outcome(text, two_gateways, settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Babbling) as gateway:
        threading.Thread(target=gateway.serve_forever, args=[0.02]).start()
        settings.SMS_URL = f"http://elsa:hemligt@127.0.0.1:{gateway.server_address[1]}/a1?as=elks"
        text(PHONE)
        dispatcher.run()
        gateway.shutdown()
    assert statuses() == {Status.ACCEPTED: 1}


@pytest.mark.parametrize("seconds", [8.0, 0.5])
def test_while_the_mail_server_hangs_a_code_by_sms_leaves_within_five_seconds(
    start, tell, text, two_gateways, mail_server, until, seconds
):
    tell(*[post.SILENT] * 200)
    long = {"REMINDER_CALL": 10.0, "REMINDER_MARGIN": 25.0, "REMINDER_LEASE": 60.0}
    start(
        "loop",
        **long,
        SMS_URL=two_gateways.elks,
        REMINDER_PASS=seconds,
        REMINDER_FAILURES=1000,  # nobody rests: it has to do without that
    )
    until(lambda: len(mail_server.received) >= 32)
    [row] = text(PHONE)
    until(lambda: Reminder.objects.get(pk=row.pk).status == Status.ACCEPTED, 5)
    assert len(mail_server.received) < 64, "and no more letters than there are threads for them"


def test_a_mail_server_that_is_away_uses_up_the_tries_of_few(tell, through, settings):
    settings.REMINDER_FAILURES = 5
    tell(*["well"] * 60)
    through(1)  # nobody listens there
    dispatcher.run()
    dispatcher.run()
    assert Reminder.objects.filter(attempt=1).count() == settings.REMINDER_AT_ONCE
    assert Reminder.objects.filter(attempt=0).count() == 60 - settings.REMINDER_AT_ONCE
