"""Events: seats that hold, one line for all, invitations that nobody finds, and what came of it."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities import guest_links, tasks
from activities.models import Activity, GuestSignUp, Invitation, Point, Session, SignUp
from activities.services import events, guest_sign_ups, sessions, sign_ups
from activities.services.line import SessionFull
from portal.actor import Actor
from portal.reminders import dispatcher, planning
from portal.reminders.kinds import Recipient, registry
from portal.reminders.models import Reminder, Status
from tests.activities.factories import (
    EventFactory,
    GuestSignUpFactory,
    InvitationFactory,
    PlaceFactory,
    SessionFactory,
    SignUpFactory,
)
from tests.activities.test_seats import at_once
from tests.factories import MembershipFactory, ParticipantFactory, UserFactory

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def every_answer_anew(settings):
    settings.CACHES = settings.CACHES | {
        "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    }


def later(event, days=3):
    starts = (timezone.now() + days * DAY).replace(hour=12, minute=0, second=0, microsecond=0)
    return SessionFactory(activity=event, starts_at=starts, ends_at=starts + 2 * HOUR)


@pytest.fixture
def group(leader):
    """Lars's unit holds a meeting, with two places."""
    return EventFactory(name="Utvecklingsgruppen", organiser=leader.membership.unit)


@pytest.fixture
def meeting(group):
    return later(group, 2)


@pytest.fixture
def film(leader):
    """A film evening for associations alone."""
    event = EventFactory(
        name="Filmkväll", slug="x7kd9", organiser=leader.membership.unit, by_invitation=True
    )
    later(event)
    return InvitationFactory(activity=event)


def form_of(session):
    return reverse("activities:event_sign_up", args=[session.activity.slug, session.pk])


def come(client, page, name="Ines", email="ines@example.org", **more):
    return client.post(page, {"name": name, "email": email, **more}, follow=True)


def link_of(email):
    return urlsplit(guest_links.own_link(GuestSignUp.objects.get(email=email).pk)).path


def letters(kind):
    return list(
        Reminder.objects.filter(kind=kind, status=Status.PLANNED).values_list(
            "recipient_kind", "recipient_id"
        )
    )


def words(row):
    """Return what a planned letter says, as it would be written now."""
    kind = registry.kinds[row.kind]
    due = kind.due([row.subject_id])[row.subject_id]
    return kind.text(due, Recipient(row.recipient_kind, row.recipient_id))


def test_ines_signs_up_without_an_account_and_takes_it_back_by_the_link(client, meeting):
    assert "Förnamnet räcker." in client.get(form_of(meeting)).text
    answer = come(client, form_of(meeting), email="Ines@Example.org")
    assert "Vi har skrivit till dig." in answer.text
    guest = GuestSignUp.objects.get()
    meeting.refresh_from_db()
    assert (guest.name, guest.email, meeting.signed_up) == ("Ines", "ines@example.org", 1)
    letter = words(Reminder.objects.get(kind="guest_signed_up"))
    assert letter.text.startswith("Hej! Du är anmäld till den ")
    assert guest_links.own_link(guest.pk) in letter.text
    for secret in ("Utvecklingsgruppen", "Huset", "Ines", "Corner"):
        assert secret not in letter.text
    page = link_of("ines@example.org")
    assert "Du är med" in client.get(page).text
    assert "Ingen blir sur." in client.post(page, {"svar": "inte"}, follow=True).text
    meeting.refresh_from_db()
    assert meeting.signed_up == 0
    assert "Du är med" in client.post(page, {"svar": "kommer"}, follow=True).text
    assert "Bo" in client.post(page, {"name": "Bo"}, follow=True).text
    assert GuestSignUp.objects.get().name == "Bo"


def test_the_same_address_twice_makes_one_row_and_one_letter_an_hour(client, meeting):
    for name in ("Ines", "Någon annan"):
        assert "Vi har skrivit till dig." in come(client, form_of(meeting), name=name).text
    guest = GuestSignUp.objects.get()
    assert guest.name == "Ines", "a stranger who knows the address changes nothing"
    assert len(letters("guest_signed_up")) == 1
    with time_machine.travel(timezone.now() + 2 * HOUR, tick=False):
        come(client, form_of(meeting))
    assert Reminder.objects.filter(kind="guest_signed_up").count() == 2
    assert GuestSignUp.objects.count() == 1


def test_one_address_and_one_network_can_only_try_so_often(client, meeting, settings):
    settings.ACCOUNT_RATE_LIMITS = {"guest_sign_up": "3/m/ip"}
    answers = [come(client, form_of(meeting), email=f"p{n}@example.org") for n in range(4)]
    assert "Vi har skrivit till dig." in answers[1].text
    assert answers[3].status_code == 422
    assert GuestSignUp.objects.filter(email="p3@example.org").count() == 0


def test_a_forged_link_and_one_that_is_forgotten_open_nothing(client, meeting):
    come(client, form_of(meeting))
    page = link_of("ines@example.org")
    assert client.get(page.replace(":", "x:", 1)).status_code == 404
    with time_machine.travel(timezone.now() + 40 * DAY):
        tasks.lay_out_sessions()
    guest = GuestSignUp.objects.get()
    meeting.refresh_from_db()
    assert (guest.name, guest.email, meeting.signed_up) == ("", "", 1), "a number is left"
    assert client.get(page).status_code == 404


def test_who_is_signed_in_takes_a_place_of_the_same_two(client, acting, robin, meeting):
    come(client, form_of(meeting))
    acting(robin).post(reverse("activities:sign_up", args=[meeting.pk]))
    meeting.refresh_from_db()
    assert meeting.signed_up == 2
    full = come(client, form_of(meeting), email="bo@example.org")
    assert full.status_code == 422
    assert "Det är fullt. Tryck en gång till, så står du i kö." in full.text
    assert GuestSignUp.objects.count() == 1


def test_one_line_for_people_and_guests_whoever_has_waited_longest(meeting, robin, robin_person):
    """Two places; Bo waits first, Robin second, Kim third."""
    now = timezone.now()
    taken = [SignUpFactory(session=meeting) for _ in range(2)]
    meeting.refresh_from_db()

    def guest(name, minute):
        at = now + timedelta(minutes=minute)
        email = f"{name}@example.org"
        with pytest.raises(SessionFull):
            guest_sign_ups.sign_up(session=meeting, name=name, email=email, now=at)
        guest_sign_ups.sign_up(session=meeting, name=name, email=email, now=at, may_wait=True)

    guest("bo", 1)
    at = now + timedelta(minutes=2)
    sign_ups.wait(session=meeting, participant=robin_person, by=robin, now=at)
    guest("kim", 3)
    for one in taken:
        sign_ups.withdraw(sign_up=one, by=Actor(None), now=timezone.now())
    assert [one.name for one in GuestSignUp.objects.offered()] == ["bo"]
    assert SignUp.objects.offered().get().participant == robin_person
    assert [one.name for one in GuestSignUp.objects.waiting()] == ["kim"]
    meeting.refresh_from_db()
    assert meeting.signed_up == 2, "what is held counts as taken"
    assert "Svara senast den" in words(Reminder.objects.get(kind="guest_offered")).text
    bo = GuestSignUp.objects.get(name="bo")
    assert "Ja, jag kommer" in Client().get(link_of("bo@example.org")).text
    Client().post(link_of("bo@example.org"), {"svar": "ja"})
    assert bo in GuestSignUp.objects.standing()
    with time_machine.travel(timezone.now() + 20 * HOUR):
        tasks.pass_on_places()
    assert [one.name for one in GuestSignUp.objects.offered()] == ["kim"], "Robin did not answer"


@pytest.mark.django_db(transaction=True)
def test_a_mixed_crowd_at_once_gets_as_many_places_as_there_are():
    session = later(EventFactory(seats=10))
    contact = MembershipFactory()
    people = [ParticipantFactory(main_contact=contact) for _ in range(15)]

    def press(who):
        fresh = Session.objects.select_related("activity").get(pk=session.pk)
        now = timezone.now()
        try:
            if isinstance(who, int):
                email = f"{who % 20}@example.org"  # five of them press twice
                guest_sign_ups.sign_up(session=fresh, name="Bo", email=email, now=now)
            else:
                sign_ups.sign_up(session=fresh, participant=who, by=Actor(None), now=now)
        except SessionFull:
            return "full"
        return "with us"

    crowd = [one for pair in zip(people, range(15), strict=True) for one in pair]
    answers = at_once(press, [*crowd, *range(15, 25)])
    standing = SignUp.objects.standing().count() + GuestSignUp.objects.standing().count()
    session.refresh_from_db()
    assert session.signed_up == standing == 10
    assert answers.count("full") >= 25
    with pytest.raises(IntegrityError, match="no_more_sign_up_than_there_are_places"):
        GuestSignUpFactory(session=session)


def test_guests_are_reminded_and_told_like_everybody_else(acting, leader, meeting, robin):
    guest = GuestSignUpFactory(session=meeting, created_at=timezone.now() - 2 * DAY)
    planning.sweep()
    reminder = Reminder.objects.get(kind="session_tomorrow", recipient_kind="GUEST")
    assert reminder.recipient_id == guest.pk
    assert "I morgon kl" in words(reminder).text
    hours = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at + HOUR}
    sessions.move_session(session=meeting, by=leader, now=timezone.now(), **hours)
    assert letters("session_moved") == [("GUEST", guest.pk)]
    assert guest_links.own_link(guest.pk) in words(Reminder.objects.get(kind="session_moved")).text
    page = reverse("activities:session_cancel", args=[meeting.pk])
    assert "Ställ in och meddela 1" in acting(leader).get(page).text
    acting(leader).post(page, {"reason": "STAFF_ILL"})
    assert letters("session_cancelled") == [("GUEST", guest.pk)]
    assert letters("session_tomorrow") == []
    told = words(Reminder.objects.get(kind="session_cancelled"))
    assert "är inställd" in told.text
    assert "Logga in" not in told.text
    assert "Den här tiden är inställd." in Client().get(link_of(guest.email)).text


def test_a_letter_leaves_by_the_outbox_to_the_address_alone(client, meeting, mailoutbox):
    come(client, form_of(meeting))
    Reminder.objects.update(next_at=timezone.now() - DAY)  # by the clock of this transaction
    assert dispatcher.run()["accepted"] == 1
    assert [one.to for one in mailoutbox] == [["ines@example.org"]]


PUBLIC = (
    "activities:today",
    "activities:today_data",
    "activities:today_calendar",
    "activities:week_paper",
    "activities:directory",
    "activities:open_in_town",
    "activities:said_and_done",
)


def test_a_closed_event_stands_on_no_page_feed_paper_or_search(client, acting, robin, leader):
    closed = EventFactory(name="Filmkväll", slug="x7kd9", by_invitation=True, seats=1)
    opened = EventFactory(name="Öppet samtal", organiser=closed.organiser, seats=1)
    for event in (closed, opened):
        one = SessionFactory(activity=event)
        Point.objects.create(session=one, said=f"Sagt på {event.name}", unit=event.organiser)
    for browser in (client, acting(robin), acting(leader)):
        for page in PUBLIC:
            shown = browser.get(reverse(page), {"q": "filmkväll"}).content.decode()
            assert "Filmkväll" not in shown, page
        assert browser.get(closed.get_absolute_url()).status_code == 404
    assert "Öppet samtal" in client.get(reverse("activities:today")).text
    assert "Öppet samtal" in client.get(reverse("activities:directory"), {"q": "samtal"}).text
    assert not hasattr(Activity.objects.get(pk=closed.pk), "entry")
    posted = acting(robin).post(reverse("activities:sign_up", args=[closed.sessions.get().pk]))
    assert posted.status_code == 404


def test_an_invitation_opens_the_page_for_its_audience_until_it_is_ended(
    client, acting, robin, robin_person, film, leader
):
    event, key = film.activity, guest_links.invitation_key(film)
    page, session = reverse("activities:invitation", args=[key]), film.activity.sessions.get()
    shown = client.get(page)
    assert "Filmkväll" in shown.text
    assert "För föreningar" in shown.text
    form = reverse("activities:invitation_sign_up", args=[key, session.pk])
    assert form in shown.text
    come(client, form)
    assert GuestSignUp.objects.get().audience == "ASSOCIATION"
    browser, press = acting(robin), reverse("activities:sign_up", args=[session.pk])
    assert 'name="inbjudan"' in browser.get(page).text
    browser.post(press, {"inbjudan": key})
    assert SignUp.objects.get().participant == robin_person
    assert browser.get(event.get_absolute_url()).status_code == 200, "Robin has been invited"
    ended = reverse("activities:invitation_end", args=[event.slug, film.pk])
    acting(leader).post(ended)
    assert client.get(page).status_code == client.get(form).status_code == 404
    other = client.get(reverse("activities:invitation", args=["999:forged"]))
    assert other.status_code == 404
    assert "Du är med" in client.get(link_of("ines@example.org")).text, "the place stays"


def test_the_next_meeting_is_shown_on_both_and_to_the_same_audience_alone(client, group, film):
    following = EventFactory(name="Uppföljning", follows=group)
    later(following, 20)
    assert "Uppföljning" in client.get(group.get_absolute_url()).text
    assert "Utvecklingsgruppen" in client.get(following.get_absolute_url()).text
    hidden = EventFactory(name="Eftersnack", follows=film.activity, by_invitation=True)
    page = reverse("activities:invitation", args=[guest_links.invitation_key(film)])
    InvitationFactory(activity=hidden, audience="POLITICIAN")
    assert "Eftersnack" not in client.get(page).text
    InvitationFactory(activity=hidden, audience="ASSOCIATION")
    assert "Eftersnack" in client.get(page).text


@pytest.fixture
def answers():
    return {
        "name": "Filmkväll",
        "summary": "Vi ser en film ihop.",
        "what_we_do": "Film och samtal.",
        "place": PlaceFactory().pk,
        "on": (timezone.localdate() + 20 * DAY).isoformat(),
        "opens": "17:30",
        "closes": "20:00",
        "who": "inbjudna",
        "sign_up": "on",
        "seats": "30",
    }


def test_a_guide_makes_an_event_invites_and_sees_who_comes(acting, guide, answers, client):
    browser, page = acting(guide), reverse("activities:event_add")
    for _ in range(2):
        assert browser.post(page, answers).status_code == 302
    event = Activity.objects.events().get()
    assert event.organiser == guide.membership.unit
    assert event.ended_on == timezone.localdate() + 20 * DAY, "then it is found no more"
    detail = reverse("activities:event_detail", args=[event.slug])
    invite = reverse("activities:invitation_add", args=[event.slug])
    for audience in ("POLITICIAN", "EXPERIENCE", "EXPERIENCE"):
        browser.post(invite, {"audience": audience})
    assert Invitation.objects.count() == 2
    shown = browser.get(detail).text
    key = guest_links.invitation_key(Invitation.objects.get(audience="POLITICIAN"))
    assert f"/inbjudan/{key}/" in shown
    session = event.sessions.get()
    come(client, reverse("activities:invitation_sign_up", args=[key, session.pk]))
    coming = browser.get(reverse("activities:event_coming", args=[session.pk]))
    assert "Ines" in coming.text
    assert "ines@example.org" not in coming.text
    assert "1 av 30 platser är tagna" in coming.text
    door = browser.get(reverse("activities:session_door", args=[session.pk]))
    assert "Ines" in door.text
    assert "1 tänker komma" in door.text
    guest = GuestSignUp.objects.get()
    browser.post(reverse("activities:guest_take_back", args=[guest.public_id]))
    assert not GuestSignUp.objects.kept().exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"closes": "17:00"}, "Skriv ett slut som kommer efter starten."),
        ({"on": "2020-01-01"}, "Välj i dag eller en senare dag."),
        ({"seats": ""}, "Skriv hur många platser det finns."),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(acting, guide, answers, wrong, sentence):
    answer = acting(guide).post(reverse("activities:event_add"), answers | wrong)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not Activity.objects.events().exists()


def test_more_places_go_to_those_who_wait_and_fewer_take_none_away(leader, meeting):
    for _ in range(2):
        SignUpFactory(session=meeting)
    guest_sign_ups.sign_up(
        session=meeting, name="Bo", email="bo@example.org", now=timezone.now(), may_wait=True
    )
    event = meeting.activity
    about = events.About(event.name, event.summary, event.what_we_do, event.place)
    change = {"event": event, "by": leader, "now": timezone.now(), "about": about}
    events.change_event(**change, seats=3)
    assert GuestSignUp.objects.offered().count() == 1
    events.change_event(**change, seats=1)
    meeting.refresh_from_db()
    assert (meeting.seats, meeting.signed_up) == (3, 3)


def test_at_the_door_a_guest_who_signed_up_is_in_by_one_tap(acting, leader, group):
    session = SessionFactory(activity=group)
    guest = GuestSignUpFactory(session=session, name="Ines")
    browser, door = acting(leader), reverse("activities:session_door", args=[session.pk])
    shown = browser.get(door)
    (_guest, sending) = shown.context["expected"][0]
    tap = reverse("activities:guest_add", args=[session.pk])
    for _ in range(2):
        browser.post(tap, {"nickname": guest.name, "submission_id": sending})
    after = browser.get(door)
    assert after.context["expected"] == []
    assert [one.nickname for one in after.context["guests"]] == ["Ines"]


def test_minutes_are_read_when_the_writer_says_so(acting, leader, group, client):
    session = SessionFactory(activity=group, starts_at=timezone.now() - 3 * DAY)
    page = reverse("activities:minutes_write", args=[session.pk])
    acting(leader).post(page, {"text": "Vi talade om bussen."})
    assert "Vi talade om bussen." not in client.get(group.get_absolute_url()).text
    acting(leader).post(page, {"text": "Vi talade om bussen.", "publish": "on"})
    assert "Vi talade om bussen." in client.get(group.get_absolute_url()).text


def test_a_point_has_somebody_who_answers_and_no_author(acting, leader, group, client):
    session = SessionFactory(activity=group, starts_at=timezone.now() - 3 * DAY)
    page, unit = reverse("activities:point_add", args=[session.pk]), leader.membership.unit
    said = {"said": "Bussen går för sällan", "unit": unit.pk, "did": "", "done_on": ""}
    browser = acting(leader)
    sending = browser.get(page).context["form"]["submission_id"].value()
    assert browser.post(page, said | {"submission_id": sending, "unit": ""}).status_code == 422
    done = said | {"submission_id": sending, "done_on": timezone.localdate().isoformat()}
    assert "Skriv vad ni gjorde, eller lämna dagen tom." in browser.post(page, done).text
    for _ in range(2):
        assert browser.post(page, said | {"submission_id": sending}).status_code == 302
    shown = client.get(reverse("activities:said_and_done")).text
    assert "Bussen går för sällan" in shown
    assert f"{unit.name} svarar för det." in shown
    assert "Lars" not in shown
    with pytest.raises(IntegrityError, match="unit_id"):
        Point.objects.create(session=session, said="Ingen svarar")


def test_another_unit_reads_and_changes_nothing_of_it(acting, guide, meeting):
    guest = GuestSignUpFactory(session=meeting)
    browser, session = acting(guide), [meeting.pk]
    for name, args in (
        ("event_detail", [meeting.activity.slug]),
        ("event_coming", session),
        ("point_list", session),
        ("session_door", session),
    ):
        assert browser.get(reverse(f"activities:{name}", args=args)).status_code == 404
    away = reverse("activities:guest_take_back", args=[guest.public_id])
    assert browser.post(away).status_code == 404
    assert not GuestSignUp.objects.run_by(Actor(UserFactory())).exists()
