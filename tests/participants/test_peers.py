"""A peer or a volunteer sees the card that the person shows, and nothing else of anybody."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from participants.models import PeerCard, Protection
from participants.services import peers, protection
from participants.services.closing import ClosingReason, close_person
from portal.models import Access, AuditEvent
from portal.permissions import Role
from tests.activities.factories import SessionFactory, SignUpFactory
from tests.conftest import actor_of
from tests.factories import MembershipFactory, PeerCardFactory, PeerFactory

DAY = timedelta(days=1)
LIST, WHO_SEES = "participants:card_list", "participants:who_sees"


@pytest.fixture
def kim(db):
    """Kim has been where Robin is, and has signed the pledge."""
    return actor_of(PeerFactory(user__first_name="Kim", user__last_name="Ask"))


@pytest.fixture
def empty(robin_person, kim, guide):
    return PeerCardFactory(
        participant=robin_person, membership=kim.membership, author=guide.user, is_empty=True
    )


@pytest.fixture
def shown(robin_person, kim):
    return PeerCardFactory(
        participant=robin_person,
        membership=kim.membership,
        line="Möt mig vid bussen.",
        reach="070-174 06 05",
    )


def card_url(card):
    return reverse("activities:my_card", args=[card.public_id])


def back_url(card):
    return reverse("participants:card_take_back", args=[card.public_id])


def propose_url(person):
    return reverse("participants:peer_propose", args=[person.public_id])


def filled(**answers):
    return {
        "first_name": "Robban",
        "reach": "",
        "line": "",
        "until": timezone.localdate() + 60 * DAY,
    } | answers


def proposed(kim, **answers):
    return {
        "submission_id": str(uuid4()),
        "membership": kim.membership.pk,
        "reason": "Kim gillar också cyklar",
    } | answers


def test_samira_proposes_kim_and_nothing_is_shown_yet(acting, guide, robin_person, robin, kim):
    assert acting(guide).post(propose_url(robin_person), proposed(kim)).status_code == 302
    card = PeerCard.objects.get()
    assert (card.first_name, card.times, card.shown_at) == ("", [], None)
    assert "Robin" not in acting(kim).get(reverse(LIST)).text
    page = acting(robin).get(reverse(WHO_SEES)).text
    assert "Kim gillar också cyklar" in page
    assert "Nej tack" in page


def test_proposal_sent_twice_is_one(acting, guide, robin_person, kim):
    answers, browser = proposed(kim), acting(guide)
    browser.post(propose_url(robin_person), answers)
    browser.post(propose_url(robin_person), answers)
    assert PeerCard.objects.count() == 1
    again = browser.post(propose_url(robin_person), proposed(kim))
    assert again.status_code == 422


def test_nobody_but_peers_with_a_pledge_can_be_proposed(acting, guide, robin_person, job_coach):
    answers = proposed(job_coach)
    assert acting(guide).post(propose_url(robin_person), answers).status_code == 422
    with pytest.raises(IntegrityError, match="a_peer_has_signed_a_pledge"), transaction.atomic():
        MembershipFactory(role=Role.VOLUNTEER, pledged_on=None)


def test_nothing_is_ticked_beforehand_and_only_the_first_name_stands_there(
    acting, robin, robin_person, empty
):
    session = SessionFactory(starts_at=timezone.now() + DAY)
    SignUpFactory(session=session, participant=robin_person)
    page = acting(robin).get(card_url(empty)).text
    assert 'name="times"' in page
    assert not re.search(r"\bchecked\b", page)
    assert 'value="Robin"' in page
    assert str(timezone.localdate() + 91 * DAY) in page
    assert "070" not in re.search(r'name="reach"[^>]*', page).group()


def test_robin_chooses_a_time_and_kim_reads_a_copy_of_it(acting, robin, robin_person, empty, kim):
    wanted, other = (
        SessionFactory(activity__name=name, starts_at=timezone.now() + DAY)
        for name in ("Kaffe och samtal", "Cykelverkstaden")
    )
    for one in (wanted, other):
        SignUpFactory(session=one, participant=robin_person)
    browser = acting(robin)
    ticks = re.findall(r'name="times"[^>]*value="([^"]*)"', browser.get(card_url(empty)).text)
    ticks += re.findall(r'value="([^"]*)"[^>]*name="times"', browser.get(card_url(empty)).text)
    (tick,) = {one for one in ticks if "Kaffe" in one}
    assert browser.post(card_url(empty), filled(times=[tick])).status_code == 302
    page = acting(kim).get(reverse(LIST)).text
    assert "Robban" in page
    assert "Kaffe och samtal" in page
    assert "Cykelverkstaden" not in page
    assert "Almqvist" not in page
    again = re.findall(r"<input[^>]*\bchecked\b[^>]*>", browser.get(card_url(empty)).text)
    assert len(again) == 1
    assert "Kaffe" in again[0]


def test_a_time_that_robin_has_not_said_yes_to_cannot_be_put_on_the_card(acting, robin, empty):
    session = SessionFactory(starts_at=timezone.now() + DAY)
    SignUpFactory(session=session, participant=empty.participant)
    invented = filled(times=["2026-12-24 15:00 Julbord"])
    assert acting(robin).post(card_url(empty), invented).status_code == 422


def test_a_time_that_has_passed_is_no_longer_read(acting, kim, shown):
    day = timezone.localtime() - DAY
    gone = {"at": day.strftime("%Y-%m-%d %H:%M"), "what": "Fikat i går"}
    PeerCard.objects.update(times=[gone])
    assert "Fikat" not in acting(kim).get(reverse(LIST)).text


@pytest.mark.parametrize("days", [-1, 366])
def test_last_day_is_from_today_to_a_year(acting, robin, empty, days):
    answers = filled(until=timezone.localdate() + days * DAY)
    assert acting(robin).post(card_url(empty), answers).status_code == 422


def test_card_is_shown_through_its_last_day(acting, robin, empty, kim, time_machine):
    acting(robin).post(card_url(empty), filled(until=timezone.localdate()))
    assert "Robban" in acting(kim).get(reverse(LIST)).text
    empty.refresh_from_db()
    assert empty.last_day == timezone.localdate()
    PeerCard.objects.update(until=timezone.now())
    assert "Robban" not in acting(kim).get(reverse(LIST)).text


def test_one_tap_takes_it_back_on_the_next_request(acting, robin, kim, shown):
    peer = acting(kim)
    assert "Möt mig vid bussen." in peer.get(reverse(LIST)).text
    acting(robin).post(back_url(shown))
    assert "Möt mig" not in peer.get(reverse(LIST)).text
    assert "Kim Ask" not in acting(robin).get(reverse(WHO_SEES)).text.split("</main>")[0]


def test_kim_reaches_the_list_and_nothing_behind_it(acting, kim, shown, robin_person):
    browser = acting(kim)
    assert browser.get("/").url == reverse(LIST)
    for name in ("participants:person_list", WHO_SEES, "participants:my_plan"):
        assert browser.get(reverse(name)).status_code == 403
    for url in (
        reverse("person_record", args=[robin_person.public_id]),
        reverse("participants:sharing", args=[robin_person.public_id]),
    ):
        assert browser.get(url).status_code == 404
    assert browser.get(card_url(shown)).status_code == 404
    assert browser.post(back_url(shown)).status_code == 404
    assert not Access.objects.filter(user_id=kim.user_id).exists()


def test_another_peer_sees_nothing_and_neither_does_kim_in_another_role(acting, kim, shown):
    other = actor_of(PeerFactory())
    assert acting(other).get(reverse(LIST)).text.count("Möt mig") == 0
    assert acting(other).post(back_url(shown)).status_code == 404
    beside = actor_of(MembershipFactory(user=kim.user, role=Role.GUIDE))
    assert acting(beside).post(back_url(shown)).status_code == 404


def test_robin_reads_that_kim_looked(acting, kim, robin, shown):
    acting(kim).get(reverse(LIST))
    line = AuditEvent.objects.get(act="LIST", subject="peercard")
    assert line.participants == [shown.participant_id]
    assert "läste kortet som du visar" in acting(robin).get(reverse("log:who_looked")).text


def test_a_list_without_cards_writes_no_line(acting, kim):
    assert "Just nu visar ingen något för dig." in acting(kim).get(reverse(LIST)).text
    assert not AuditEvent.objects.filter(subject="peercard").exists()


def test_protection_takes_every_card_back_and_lets_no_new_one_be_made(
    acting, shown, kim, manager, guide, robin, robin_person
):
    protection.set_protection(
        participant=robin_person,
        protection=Protection.MARKED,
        alias="Alex",
        reason="Hotbild enligt polisen",
        named=[guide.membership],
        by=manager,
    )
    assert "Möt mig" not in acting(kim).get(reverse(LIST)).text
    assert acting(guide).post(propose_url(robin_person), proposed(kim)).status_code == 422
    shown.refresh_from_db()
    PeerCard.objects.update(taken_back_at=None)
    with pytest.raises(peers.IsProtected):
        peers.show_card(
            card=shown,
            by=robin,
            first_name="R",
            reach="",
            line="",
            times=[],
            until=timezone.localdate(),
        )


def test_the_end_of_the_support_takes_the_card_back(shown, kim, guide, robin_person, acting):
    close_person(participant=robin_person, by=guide, reason=ClosingReason.ARRIVED)
    assert "Möt mig" not in acting(kim).get(reverse(LIST)).text


def test_samira_can_take_a_card_back_but_never_fill_it_in(acting, guide, robin, empty):
    assert acting(guide).get(card_url(empty)).status_code == 403
    assert acting(guide).post(back_url(empty)).status_code == 302
    assert acting(robin).post(card_url(empty), filled()).url == reverse(WHO_SEES)
    empty.refresh_from_db()
    assert empty.shown_at is None


def test_a_peer_whose_role_has_ended_reads_nothing(acting, kim, shown):
    browser = acting(kim)
    kim.membership.ended_at = timezone.now()
    kim.membership.save(update_fields=["ended_at"])
    assert "Möt mig" not in browser.get(reverse(LIST), follow=True).text
