"""A phone without a network: each tap is sent late, perhaps twice, and done once."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from activities.history import Stood
from activities.models import Attendance, DoorTap, Guest, Session
from activities.services import correcting, taps
from tests.activities.factories import AttendanceFactory, SessionFactory, SignUpFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def robin_comes(cafe, robin_person):
    return SignUpFactory(session=cafe, participant=robin_person)


@pytest.fixture
def lars(acting, leader):
    return acting(leader)


@pytest.fixture
def send(lars, leader, cafe):
    """Send one tap as the leader's phone does; the answer's code."""

    def post(what, tap_id=None, who=None, session=cafe, **said):
        sent = {"tap_id": tap_id or uuid.uuid4(), "what": what, "ago": 0, **said}
        sent["who"] = who or taps.whose(leader)
        page = reverse("activities:door_tap", args=[session.pk])
        return lars.post(page, sent).status_code

    return post


def test_a_tap_whose_answer_was_lost_is_sent_again_and_changes_nothing(
    send, cafe, robin_person, robin_comes
):
    came, gone, person = uuid.uuid4(), uuid.uuid4(), robin_person.public_id
    assert send("in", came, person=person, ago=1200) == 200
    noted = Attendance.objects.get()
    assert timedelta(minutes=19) < timezone.now() - noted.arrived_at < timedelta(minutes=21)
    assert send("never", gone, person=person) == 200  # a slip of the hand
    assert send("in", came, person=person) == 200
    assert send("never", gone, person=person) == 200
    assert not Attendance.objects.noted().exists()
    more = uuid.uuid4()
    for _ in range(3):
        assert send("more", more) == 200
    cafe.refresh_from_db()
    assert cafe.guests == 1


def test_a_guest_typed_without_network_comes_goes_and_is_one(send, cafe):
    guest, came, gone = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    for _ in range(2):
        assert send("in", came, guest=guest, nickname="Mannen med hunden", ago=600) == 200
        assert send("out", gone, guest=guest, ago=60) == 200
    held = Guest.objects.get()
    assert held.left_at - held.arrived_at == pytest.approx(
        timedelta(minutes=9), abs=timedelta(seconds=9)
    )
    assert send("in", guest=uuid.uuid4(), nickname=" ") == 404


@pytest.mark.parametrize("ago", ["-60", "99999999999", "nu"])
def test_a_time_that_nobody_can_have_tapped_at_is_now(send, cafe, robin_person, robin_comes, ago):
    assert send("in", person=robin_person.public_id, ago=ago) == 200
    arrived = Attendance.objects.get().arrived_at
    assert timezone.now() - arrived < timedelta(seconds=30)


def test_what_cannot_be_done_is_said_and_leaves_the_tap_to_be_tried_again(
    send, cafe, robin_person, robin_comes
):
    tap = uuid.uuid4()
    assert send("out", tap, person=robin_person.public_id) == 404  # nobody has come
    assert send("in", tap, person=robin_person.public_id, who="någon annan") == 412
    assert send("gone", tap, person=robin_person.public_id) == 400
    Session.objects.filter(pk=cafe.pk).update(
        cancelled_at=timezone.now(), cancel_reason="STAFF_ILL"
    )
    assert send("in", tap, person=robin_person.public_id) == 409
    assert not DoorTap.objects.exists()
    Session.objects.filter(pk=cafe.pk).update(cancelled_at=None, cancel_reason="")
    assert send("in", tap, person=robin_person.public_id) == 200
    last_week = SessionFactory(activity=cafe.activity, starts_at=cafe.starts_at - timedelta(7))
    assert send("in", person=robin_person.public_id, session=last_week) == 404


def test_robin_has_company_that_is_counted_and_never_named(lars, send, cafe, robin_person):
    visit = AttendanceFactory(session=cafe, participant=robin_person)
    company = reverse("activities:company_count", args=[visit.public_id])
    page = lars.post(company, {"change": "more"}, follow=True).text
    assert "+ 1 i sällskap" in page
    assert "0 tänker komma, 2 är här" in page
    assert "0 tänker komma, 2 är här" in lars.get(reverse("activities:session_list")).text
    assert send("company", person=robin_person.public_id) == 200
    for _ in range(4):
        lars.post(company, {"change": "less"})
    visit.refresh_from_db()
    assert visit.companions == 0


@pytest.mark.django_db(transaction=True)
def test_the_same_tap_from_two_tries_at_once_is_done_once(leader, cafe):
    tap = uuid.uuid4()

    def tries(_):
        try:
            with transaction.atomic():
                taps.once(
                    session=cafe,
                    tap_id=tap,
                    do=lambda: taps.of_session(taps.Tap.GUEST_MORE, session=cafe, by=leader),
                )
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as phones:
        list(phones.map(tries, range(8)))
    cafe.refresh_from_db()
    assert cafe.guests == 1


def test_a_leader_s_tap_confirms_what_a_code_has_said(send, cafe, robin_person):
    AttendanceFactory(session=cafe, participant=robin_person, how="CODE")
    assert send("in", person=robin_person.public_id) == 200
    assert Attendance.objects.get().how == "DOOR"


def test_a_correction_stands_over_an_older_tap_and_a_later_one_leaves_a_line(
    send, leader, cafe, robin_person, robin_comes
):
    row = AttendanceFactory(session=cafe, participant=robin_person)
    correcting.correct(
        session=cafe,
        participant=robin_person,
        by=leader,
        now=timezone.now() - timedelta(minutes=5),
        is_now=Stood(None, None, 0),
        seen=correcting.seal(row),
    )
    for what in ("in", "out", "company"):
        assert send(what, person=robin_person.public_id, ago=600) == 200
    assert not Attendance.objects.noted().exists()
    for what in ("in", "out", "stays", "never"):
        assert send(what, person=robin_person.public_id) == 200
    row.refresh_from_db()
    came = [line["came"] is not None for line in row.history]
    assert came == [True, False, True, True, True]
