"""The line for a full session: who has waited longest is asked first, and nobody walks past."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse
from django.utils import timezone

from activities import tasks
from activities.models import Session, SignUp
from activities.notifications.offering import PLACE_OFFERED
from activities.services import line, sessions, sign_ups
from portal.actor import Actor
from portal.reminders.kinds import participant, registry
from portal.reminders.models import Reminder
from tests.activities.factories import (
    ActivityFactory,
    GuestSignUpFactory,
    SessionFactory,
    SignUpFactory,
)
from tests.factories import MembershipFactory, ParticipantFactory, UserFactory

STOCKHOLM = ZoneInfo("Europe/Stockholm")
HOUR = timedelta(hours=1)


def press(browser, session, name):
    return browser.post(reverse(f"activities:{name}", args=[session.pk]), follow=True)


def somebody(name, contact):
    """Return a person who can sign in, acting for themself."""
    person = ParticipantFactory(
        first_name=name,
        main_contact=contact,
        user=UserFactory(first_name=name, email=f"{name}@example.org"),
        email=f"{name}@example.org",
    )
    return Actor(person.user)


@pytest.fixture
def bikes(db):
    """A workshop tomorrow with one place, which somebody has taken."""
    activity = ActivityFactory(name="Cykelverkstad", sign_up=True, seats=1)
    starts = timezone.now() + 26 * HOUR
    session = SessionFactory(activity=activity, starts_at=starts, ends_at=starts + 2 * HOUR)
    taken = ParticipantFactory(main_contact=MembershipFactory())
    SignUpFactory(session=session, participant=taken)
    session.refresh_from_db()
    return session


@pytest.fixture
def kim(bikes):
    return somebody("Kim", MembershipFactory())


@pytest.fixture
def ali(bikes):
    return somebody("Ali", MembershipFactory())


def wait(actor, session):
    return sign_ups.wait(
        session=session, participant=actor.user.participant, by=actor, now=timezone.now()
    )


def leave(session):
    """Let whoever has a place take it back."""
    taken = SignUp.objects.standing().get(session=session)
    sign_ups.withdraw(sign_up=taken, by=Actor(None), now=timezone.now())


def states(session):
    """Return who has a place, is asked, and waits: by first name."""
    kept = SignUp.objects.filter(session=session).select_related("participant")
    return [
        [one.participant.first_name for one in rows]
        for rows in (kept.standing(), kept.offered(), kept.waiting())
    ]


@pytest.mark.django_db
def test_kim_waits_in_line_and_leaves_it_again(acting, kim, bikes):
    browser = acting(kim)
    assert "Ställ mig i kö" in browser.get(bikes.activity.get_absolute_url()).text
    page = press(browser, bikes, "sign_up_wait")
    assert "Du står i kö." in page.text
    assert "Lämna kön" in browser.get(bikes.activity.get_absolute_url()).text
    bikes.refresh_from_db()
    assert bikes.signed_up == 1
    press(browser, bikes, "sign_up_withdraw")
    assert not SignUp.objects.waiting().exists()


@pytest.mark.django_db
def test_a_place_is_held_for_the_first_in_line_who_says_yes(acting, kim, ali, bikes):
    wait(kim, bikes)
    wait(ali, bikes)
    leave(bikes)
    assert states(bikes) == [[], ["Kim"], ["Ali"]]
    page = acting(kim).get(reverse("activities:today"))
    assert "Det finns en plats till dig: Cykelverkstad" in page.text
    assert "Du är med! Cykelverkstad" in press(acting(kim), bikes, "sign_up_accept").text
    assert states(bikes) == [["Kim"], [], ["Ali"]]


@pytest.mark.django_db
def test_a_no_passes_the_place_on_at_once(acting, kim, ali, bikes):
    wait(kim, bikes)
    wait(ali, bikes)
    leave(bikes)
    press(acting(kim), bikes, "sign_up_withdraw")
    assert states(bikes) == [[], ["Ali"], []]


@pytest.mark.django_db
def test_nobody_walks_past_the_line(acting, kim, ali, bikes):
    wait(kim, bikes)
    leave(bikes)
    assert "Det är fullt." in press(acting(ali), bikes, "sign_up").text
    assert states(bikes) == [[], ["Kim"], []]


@pytest.mark.django_db
def test_an_offer_that_nobody_answers_goes_to_the_next(acting, kim, ali, bikes, time_machine):
    wait(kim, bikes)
    wait(ali, bikes)
    leave(bikes)
    time_machine.move_to(SignUp.objects.offered().get().answer_by + timedelta(seconds=1))
    page = press(acting(kim), bikes, "sign_up_accept")
    assert "Platsen gick till någon annan." in page.text
    tasks.pass_on_places()
    assert states(bikes) == [[], ["Ali"], []]


@pytest.mark.django_db
def test_a_place_that_comes_free_otherwise_is_offered_within_the_minute(kim, bikes):
    wait(kim, bikes)
    Session.objects.filter(pk=bikes.pk).update(seats=2)
    tasks.pass_on_places()
    assert states(bikes)[1:] == [["Kim"], []]


@pytest.mark.django_db
def test_who_is_offered_a_place_is_written_to_and_the_words_tell_no_secret(kim, bikes):
    wait(kim, bikes)
    leave(bikes)
    mine = SignUp.objects.offered().get()
    planned = Reminder.objects.get(kind=PLACE_OFFERED.code)
    assert (planned.subject_id, planned.recipient_id) == (mine.pk, mine.participant_id)
    said = PLACE_OFFERED.text(PLACE_OFFERED.due([mine.pk])[mine.pk], participant(mine.pk))
    assert said.text.startswith("Hej! Det finns en plats till dig ")
    for secret in ("Cykel", str(bikes.activity.place), "Kim"):
        assert secret not in said.text


@pytest.mark.django_db
def test_nobody_is_offered_what_is_cancelled_or_has_begun(kim, bikes):
    wait(kim, bikes)
    begun = {"starts_at": timezone.now() - HOUR, "ends_at": timezone.now() + HOUR}
    off = {"cancelled_at": timezone.now(), "cancel_reason": "WEATHER"}
    SignUp.objects.standing().update(withdrawn_at=timezone.now())
    for change in (begun, off):
        before = {name: getattr(bikes, name) for name in change}
        Session.objects.filter(pk=bikes.pk).update(**change)
        assert tasks.line.pass_on(bikes.pk, now=timezone.now()) == 0
        Session.objects.filter(pk=bikes.pk).update(**before)
    assert tasks.line.pass_on(bikes.pk, now=timezone.now()) == 1


@pytest.mark.django_db
def test_nobody_says_yes_to_what_has_been_cancelled_meanwhile(acting, kim, bikes):
    wait(kim, bikes)
    leave(bikes)
    off = {"cancelled_at": timezone.now(), "cancel_reason": "WEATHER"}
    Session.objects.filter(pk=bikes.pk).update(**off)
    page = acting(kim).get(reverse("activities:today")).text
    assert "Det finns en plats till dig: Cykelverkstad" not in page
    assert "inställ" in page
    said = press(acting(kim), bikes, "sign_up_accept").text
    assert "Det är inte öppet längre." in said
    assert states(bikes) == [[], ["Kim"], []]


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ((10, 0), (12, 0)),
        ((17, 59), (19, 59)),
        ((18, 30), (10, 0)),  # two hours into the next morning, which is a Tuesday
        ((23, 0), (10, 0)),
    ],
)
def test_an_answer_has_two_waking_hours(now, until):
    monday = datetime(2026, 3, 2, *now, tzinfo=STOCKHOLM)
    in_a_week = monday + timedelta(days=7)
    held = line.answer_by(in_a_week, now=monday).astimezone(STOCKHOLM)
    assert (held.hour, held.minute) == until
    assert line.answer_by(monday + HOUR, now=monday) == monday + HOUR


@pytest.mark.django_db
def test_the_database_itself_gives_no_place_to_whoever_waits(kim, bikes):
    mine = wait(kim, bikes)
    with pytest.raises(IntegrityError, match="no_more_sign_up_than_there_are_places"):
        SignUp.objects.filter(pk=mine.pk).update(waiting_since=None)


@pytest.mark.django_db(transaction=True)
def test_a_place_given_back_under_a_crowd_goes_to_the_line_alone(bikes, kim):
    wait(kim, bikes)
    contact = MembershipFactory()
    crowd = [ParticipantFactory(main_contact=contact) for _ in range(12)]
    taken = SignUp.objects.standing().get()

    def act(person):
        try:
            if person is None:
                sign_ups.withdraw(sign_up=taken, by=Actor(None), now=timezone.now())
                return "left"
            fresh = Session.objects.get(pk=bikes.pk)
            sign_ups.sign_up(session=fresh, participant=person, by=Actor(None), now=timezone.now())
        except line.SessionFull:
            return "full"
        finally:
            connection.close()
        return "with us"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(act, [*crowd[:6], None, *crowd[6:]]))
    assert answers.count("full") == len(crowd)
    assert states(bikes) == [[], ["Kim"], []]


def told(session):
    """Return what is said to whom of a session that has changed: the words of each kind."""
    planned = Reminder.objects.filter(subject_id=session.pk, status="PLANNED")
    rows = planned.exclude(kind__in=("session_tomorrow", "place_offered"))
    found = {}
    for one in rows:
        kind = registry.kinds[one.kind]
        due = kind.due([session.pk])[session.pk]
        found[one.kind, one.recipient_id] = kind.text(due, participant(one.recipient_id)).text
    return found


def test_who_waits_or_is_asked_is_told_as_those_who_come(kim, ali, bikes, leader):
    """Kim waits and Ali is asked: they have planned their day too."""
    for actor in (ali, kim):
        wait(actor, bikes)
    SignUp.objects.standing().filter(session=bikes).update(withdrawn_at=timezone.now())
    line.pass_on(bikes.pk, now=timezone.now())
    assert states(bikes) == [[], ["Ali"], ["Kim"]]
    now = timezone.now()
    hours = {"starts_at": bikes.starts_at + HOUR, "ends_at": bikes.ends_at + HOUR}
    sessions.move_session(session=bikes, by=leader, now=now, **hours)
    people = {one.user.participant.pk for one in (kim, ali)}
    said = told(bikes)
    assert {("session_moved", pk) for pk in people} == said.keys()
    assert all("Tiden du står i kö till" in one for one in said.values())
    sessions.cancel_session(session=bikes, by=leader, now=now, reason="STAFF_ILL")
    said = told(bikes)
    assert {("session_cancelled", pk) for pk in people} == said.keys()
    assert all(len(one) <= 160 for one in said.values())


def test_a_held_place_is_answered_for_before_a_session_that_begins_earlier(kim, bikes, leader):
    wait(kim, bikes)
    leave(bikes)
    held = SignUp.objects.offered().get()
    now = timezone.now()
    earlier = held.offered_at + HOUR / 2
    sessions.move_session(
        session=bikes, by=leader, now=now, starts_at=earlier, ends_at=earlier + HOUR
    )
    assert SignUp.objects.offered().get().answer_by == earlier
    assert Reminder.objects.get(kind="place_offered", status="PLANNED").not_after == earlier


@pytest.mark.django_db
def test_where_places_are_counted_no_more_everybody_in_line_is_asked(kim, ali, bikes):
    for one in (kim, ali):
        wait(one, bikes)
    guest = GuestSignUpFactory(session=bikes, waiting_since=timezone.now())
    Session.objects.filter(pk=bikes.pk).update(seats=None)
    tasks.pass_on_places()
    assert states(bikes)[1:] == [["Kim", "Ali"], []]
    guest.refresh_from_db()
    assert guest.waiting_since is None
    assert guest.answer_by
    assert Reminder.objects.filter(kind__in=["place_offered", "guest_offered"]).count() == 3
