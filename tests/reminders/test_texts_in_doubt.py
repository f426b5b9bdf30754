"""A text that may have gone is asked about before anything else is done with it."""

import time
from dataclasses import replace
from datetime import time as clock_time
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from portal.actor import Actor
from portal.models import User
from portal.reminders import kinds, planning
from portal.reminders.kinds import Due
from portal.reminders.models import KindPause, Line, Reason, Status, Wish
from portal.reminders.operations import pauses, replaying
from portal.reminders.sending import dispatcher
from portal.reminders.times import instant
from tests.factories import UserFactory
from tests.reminders import gateways, probe
from tests.reminders.conftest import now_again, once
from tests.reminders.gateways import CUT, LOST, REFUSES

PHONE, OTHER = "+46701740605", "+46701740606"
HOUR = timedelta(hours=1)
in_earnest = pytest.mark.django_db(transaction=True)


@pytest.fixture
def one_gateway(one_gateway, settings):
    settings.REMINDER_CALL = 5.0  # here nobody hangs, and a busy machine is no fault
    return one_gateway


@pytest.fixture
def another_kind(probe_kind):
    """Plan for a kind beside the probe, until the test ends."""
    made = []

    def make(code, **more):
        kind = replace(probe_kind, code=code, **more)
        kinds.register(kind)
        made.append(code)
        return kind

    yield make
    for code in made:
        del kinds.registry.kinds[code]


def pause():
    by = UserFactory()
    return KindPause.objects.create(kind="probe", why="Prov", paused_by=by)


def last_line(row):
    one = row.attempts.exclude(line=Line.BEGUN).order_by("-pk").first()
    return one.line, one.code


@in_earnest
@pytest.mark.parametrize("fault", [LOST, CUT])
def test_a_paused_message_in_doubt_keeps_no_other_from_its_number(
    one_gateway, text, another_kind, fault
):
    [first] = text(PHONE)
    one_gateway.chosen[PHONE] = [fault]
    dispatcher.run(is_ending=once())
    held = pause()
    now_again()
    dispatcher.run()
    first.refresh_from_db()
    if fault == LOST:
        assert (first.status, last_line(first)) == (Status.ACCEPTED, ("ACCEPTED", "found"))
    else:
        assert (first.status, first.reason, first.gateway) == (Status.PLANNED, Reason.HELD, "")
        assert first.next_at == first.not_after
    [second] = text(PHONE, kind=another_kind("other"))
    assert dispatcher.run()["accepted"] == 1
    second.refresh_from_db()
    assert second.status == Status.ACCEPTED
    KindPause.objects.filter(pk=held.pk).delete()
    now_again()
    dispatcher.run()
    first.refresh_from_db()
    assert (first.status, first.repeats, len(one_gateway.accepted)) == (Status.ACCEPTED, 0, 2)


@in_earnest
def test_a_pause_that_ends_hurries_no_question(one_gateway, text, settings):
    settings.REMINDER_LOOK_UP = 30.0
    [row] = text(PHONE)
    one_gateway.chosen[PHONE], one_gateway.lag = [LOST], 60.0
    dispatcher.run(is_ending=once())
    assert pauses.go_on(kind="probe", by=Actor(pause().paused_by)) == 0
    dispatcher.run()
    row.refresh_from_db()
    assert (row.status, row.next_at > timezone.now()) == (Status.PLANNED, True)
    assert len(one_gateway.accepted) == 1


@in_earnest
def test_a_paused_message_that_nobody_can_say_of_ends_before_a_human(one_gateway, text):
    [row] = text(PHONE)
    one_gateway.chosen[PHONE], one_gateway.is_history_away = [LOST], True
    dispatcher.run(is_ending=once())
    pause()
    for _ in range(8):
        now_again()
        dispatcher.run(is_ending=once())
    row.refresh_from_db()
    assert (row.status, row.reason, row.repeats) == (Status.GIVEN_UP, "UNKNOWN", 0)
    assert len(one_gateway.accepted) == 1


@pytest.mark.django_db
def test_when_the_quiet_begins_what_is_in_doubt_is_asked_about(
    one_gateway, text, another_kind, clock
):
    def due(ids):
        return {pk: Due(evening - HOUR, evening + 20 * HOUR) for pk in ids}

    # A day to come: what plans a row has a clock of its own.
    evening = instant(timezone.localdate() + timedelta(days=1), clock_time(20))
    kind = another_kind("by_day", rests=True, due=due)
    clock(evening - timedelta(minutes=1))
    lost, cut = text(PHONE, OTHER, kind=kind)
    one_gateway.chosen[PHONE], one_gateway.chosen[OTHER] = [LOST], [CUT]
    dispatcher.run(is_ending=once())
    clock(evening + timedelta(minutes=1))
    for _ in range(2):
        dispatcher.run(is_ending=once())
    for row in (lost, cut):
        row.refresh_from_db()
    assert lost.status == Status.ACCEPTED
    assert (cut.status, cut.gateway, len(one_gateway.accepted)) == (Status.PLANNED, "", 1)
    assert cut.next_at > evening + 11 * HOUR


def asked_for(there):
    return {asked.get("to", asked.get("To")) for _gateway, asked in there.looked_up}


@in_earnest
def test_a_number_that_changes_while_nobody_knows_costs_a_counted_repeat(one_gateway, text):
    [row] = text(PHONE)
    one_gateway.chosen[PHONE] = [LOST]
    dispatcher.run(is_ending=once())
    User.objects.filter(pk=row.subject_id).update(phone=OTHER)
    dispatcher.run()
    row.refresh_from_db()
    assert [one["to"] for one in one_gateway.accepted] == [PHONE, OTHER]
    assert (row.status, row.repeats) == (Status.ACCEPTED, 1)
    assert asked_for(one_gateway) == set(), "what another number was sent is no answer"


@in_earnest
def test_what_may_have_gone_of_another_is_not_taken_for_this_one(one_gateway, text, probe_kind):
    off, said = text(PHONE, PHONE)
    one_gateway.chosen[PHONE] = [LOST]
    dispatcher.run(is_ending=once())
    User.objects.filter(pk=off.subject_id).update(hours=probe.UNWANTED)
    with transaction.atomic():
        planning.plan(probe_kind, [off.subject_id])
    one_gateway.chosen[PHONE] = [CUT]
    for _ in range(3):
        now_again()
        dispatcher.run(is_ending=once())
    off.refresh_from_db()
    said.refresh_from_db()
    assert (off.status, said.status) == (Status.CANCELLED, Status.ACCEPTED)
    assert (len(one_gateway.accepted), said.repeats) == (2, 1)


@in_earnest
def test_what_has_gone_is_found_also_when_it_would_say_something_else_now(one_gateway, text):
    [row] = text(PHONE)
    one_gateway.chosen[PHONE] = [LOST]
    dispatcher.run(is_ending=once())
    Wish.objects.filter(recipient_id=row.subject_id).update(shares_phone=True)
    dispatcher.run()
    row.refresh_from_db()
    assert (row.status, row.repeats, len(one_gateway.accepted)) == (Status.ACCEPTED, 0, 1)


@in_earnest
def test_what_a_service_of_many_numbers_sent_is_known_by_the_service(two_gateways, text, settings):
    settings.SMS_URL = f"{two_gateways.twilio}&from=MG1"
    settings.REMINDER_LOOK_UP, two_gateways.receipts = 0.0, False
    [lost, cut] = text(PHONE, OTHER)
    two_gateways.chosen[PHONE], two_gateways.chosen[OTHER] = [LOST], [CUT]
    code = {"to": OTHER, "from": "EnVagInKod", "text": "Din kod", "id": "SM1", "callback": ""}
    dispatcher.run(is_ending=once())
    two_gateways.keep(**code, gateway="twilio", is_logged=True, key=None, at=time.time())
    dispatcher.run()
    assert [last_line(one) for one in (lost, cut)] == [("ACCEPTED", "found"), ("ACCEPTED", "201")]


@in_earnest
def test_a_history_that_takes_its_time_lets_nothing_leave_after_the_start(
    one_gateway, text, settings
):
    settings.REMINDER_CALL, one_gateway.history_delay = 10.0, 2.0
    [row] = text(PHONE, ago=probe.LASTS - timedelta(seconds=3))
    one_gateway.chosen[PHONE] = [CUT]
    dispatcher.run(is_ending=once())
    time.sleep(max(0.0, (row.not_after - timezone.now()).total_seconds() - 1))
    dispatcher.run(is_ending=once())
    assert one_gateway.looked_up, "asked before the start"
    now_again()
    dispatcher.run()
    row.refresh_from_db()
    assert (row.status, row.reason) == (Status.GIVEN_UP, Reason.TOO_LATE)
    assert one_gateway.accepted == []


@in_earnest
def test_the_pages_of_a_history_have_one_clock_together(one_gateway, text, settings):
    settings.REMINDER_CALL = 1.0
    [row] = text(PHONE)
    one_gateway.chosen[PHONE] = [CUT]
    dispatcher.run(is_ending=once())
    for number in range(5):
        told = {"to": PHONE, "from": "+46700000000", "text": "Hej", "callback": "", "key": None}
        name = {"id": f"x{number}", "is_logged": True, "at": time.time()}
        for gateway in gateways.PAGE:
            one_gateway.keep(**told, **name, gateway=gateway)
    one_gateway.page, one_gateway.history_delay = 1, 0.4
    dispatcher.run(is_ending=once())
    line, code = last_line(row)
    assert (line, code[:6]) == ("UNKNOWN", "asked ")
    assert len(one_gateway.looked_up) < 4


@in_earnest
def test_sent_again_a_text_is_asked_for_first(one_gateway, text):
    [row] = text(PHONE)
    one_gateway.chosen[PHONE], one_gateway.is_history_away = LOST, True
    for _ in range(9):
        dispatcher.run(is_ending=once())
        now_again()
    row.refresh_from_db()
    assert (row.status, row.reason, row.repeats) == (Status.GIVEN_UP, "UNKNOWN", 1)
    one_gateway.is_history_away = False
    ada = Actor(UserFactory())
    assert replaying.replay(kind="probe", by=ada).again == 1
    dispatcher.run()
    row.refresh_from_db()
    assert (row.status, last_line(row)) == (Status.ACCEPTED, ("ACCEPTED", "found"))
    assert len(one_gateway.accepted) == 2


@in_earnest
def test_a_number_that_was_refused_is_not_asked_about(one_gateway, text):
    [row] = text(PHONE)
    one_gateway.chosen[PHONE] = [REFUSES]
    dispatcher.run()
    assert replaying.replay(kind="probe", by=Actor(UserFactory())).again == 1
    dispatcher.run()
    row.refresh_from_db()
    assert (row.status, one_gateway.looked_up) == (Status.ACCEPTED, [])
