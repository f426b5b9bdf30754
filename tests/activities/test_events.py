"""Events: their times, invitations that nobody finds, and what came of them."""

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from activities import guest_links
from activities.models import Activity, GuestSignUp, Invitation, PlaceClosing, Point, SignUp
from activities.services import events, guest_sign_ups, seats
from portal.actor import Actor
from tests.activities.factories import (
    ActivityFactory,
    EventFactory,
    GuestSignUpFactory,
    InvitationFactory,
    PlaceFactory,
    SessionFactory,
    SheetFactory,
    SignUpFactory,
)
from tests.activities.meetings import DAY, come, later, link_of
from tests.factories import UserFactory


@pytest.fixture(autouse=True)
def every_answer_anew(settings):
    settings.CACHES = settings.CACHES | {
        "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    }


@pytest.fixture
def film(leader):
    """A film evening for associations alone."""
    event = EventFactory(
        name="Filmkväll", slug="x7kd9", organiser=leader.membership.unit, by_invitation=True
    )
    later(event)
    return InvitationFactory(activity=event)


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


def test_nobody_reads_of_a_closed_event_through_another_page(client, acting, robin, leader):
    """By the house it is in, who holds it, or its number."""
    closed = EventFactory(name="Filmkväll", slug="x7kd9", by_invitation=True, seats=1)
    meeting = later(closed)
    SheetFactory(organisation=closed.organiser, slug="foreningen")
    ours = ActivityFactory(place=closed.place, organiser=leader.membership.unit)
    day = timezone.localdate(meeting.starts_at)
    shut = {"first_on": day, "last_on": day, "reason": "Golvet slipas"}
    by_leader = acting(leader)
    shown = [
        client.get(reverse("activities:organisation_detail", args=["foreningen"])),
        by_leader.get(reverse("activities:way_change", args=[ours.slug])),
        by_leader.post(reverse("activities:closing_add", args=[ours.slug]), shut),
    ]
    assert [page.status_code for page in shown] == [200, 200, 200]
    assert not [page for page in shown if "Filmkväll" in page.text or "x7kd9" in page.text]
    assert "En träff för inbjudna" in shown[-1].text
    SignUpFactory(session=meeting)  # it is full now, and says no more for that
    for act in ("sign_up", "sign_up_wait", "company_ask", "my_absence"):
        page = reverse(f"activities:{act}", args=[meeting.pk])
        assert acting(robin).post(page).status_code == 404, act


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
    assert "Anmäl mig" not in browser.get(event.get_absolute_url()).text, "by an address alone"
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


def test_other_words_leave_the_places_as_they_are_and_by_hand_stays_by_hand(leader, meeting):
    event, now, other = meeting.activity, timezone.now(), later(meeting.activity, 10)
    seats.set_seats(session=meeting, by=leader, now=now, seats=12)
    about = events.About(event.name, "Nya ord", event.what_we_do, event.place)
    change = {"event": event, "by": leader, "now": now, "about": about}
    events.change_event(**change, seats=2)
    meeting.refresh_from_db()
    other.refresh_from_db()
    assert (meeting.seats, other.seats) == (12, 2)
    events.change_event(**change, seats=5)
    meeting.refresh_from_db()
    other.refresh_from_db()
    assert (meeting.seats, other.seats) == (12, 5)


def test_as_many_from_now_on_reaches_the_other_times_and_takes_nobodys_place(leader, meeting):
    other, before = later(meeting.activity, 10), meeting.activity.version
    SignUpFactory.create_batch(2, session=other)
    for places, there in ((9, 9), (1, 2)):
        seats.set_seats(
            session=meeting, by=leader, now=timezone.now(), seats=places, from_now_on=True
        )
        meeting.refresh_from_db()
        other.refresh_from_db()
        assert (meeting.seats, other.seats) == (places, there)
    meeting.activity.refresh_from_db()
    assert meeting.activity.version == before + 2, "a sheet opened before meets it"


def test_a_place_that_is_shut_is_said_when_a_time_is_made_there(acting, guide, answers):
    on = {"first_on": answers["on"], "last_on": answers["on"], "reason": "Målning"}
    PlaceClosing.objects.create(place_id=answers["place"], **on)
    said = "är stängt. Välj ett annat ställe eller en annan tid."
    made = acting(guide).post(reverse("activities:event_add"), answers, follow=True)
    assert said in made.text
    event = Activity.objects.events().get()
    page = reverse("activities:event_time_add", args=[event.slug])
    assert said in acting(guide).post(page, answers | {"opens": "19:00"}, follow=True).text
    assert event.sessions.count() == 2


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
