"""How sure we are of who it is, cell by cell: each way in, before and after a meeting."""

import pytest
from django.urls import reverse
from django.utils import timezone

from participants.models import Step
from portal.actor import Actor
from portal.models import Met
from portal.permissions import GRANTS, LIMITED, Assurance, Permission, Role
from portal.sessions import How, Stamp
from tests.conftest import signed_in
from tests.factories import ContactFactory, StepFactory

SURE = """
            before  after    second_factor
PASSWORD    LIMITED FULL     FULL
CODE        LIMITED FULL     FULL
HANDED      LIMITED LIMITED  FULL
CARD        LIMITED LIMITED  FULL
PASSKEY     FULL    FULL     FULL
EID         FULL    FULL     FULL
DIRECTORY   FULL    FULL     FULL
DEMO        FULL    FULL     FULL
"""
ROWS = [line.split() for line in SURE.strip().splitlines()[1:]]
OPEN = ["activities:today", "participants:my_contact", "mfa_index", "usersessions_list", "help"]
CLOSED = [
    "participants:my_plan",
    "participants:my_goal",
    "participants:my_step_write",
    "participants:my_step_done",
    "participants:who_sees",
    "employers:my_placements",
]


def test_every_way_in_has_a_row():
    assert {name for name, *_ in ROWS} == {str(how) for how in How}


@pytest.mark.parametrize(("how", "before", "after", "with_factor"), ROWS)
def test_assurance_of_each_way_in(robin, guide, how, before, after, with_factor):
    user, stamp = robin.user, Stamp(user=robin.user.pk, how=how, began=0, seen=0)
    assert stamp.assurance(user) == Assurance[before]
    sure = Stamp(user=user.pk, how=how, began=0, seen=0, second_factor=True)
    assert sure.assurance(user) == Assurance[with_factor]
    user.confirmed_at, user.confirmed_by = timezone.now(), guide.membership
    user.confirmed_how = Met.KNOWN
    assert stamp.assurance(user) == Assurance[after]


@pytest.mark.parametrize("role", Role)
def test_limited_view_allows_what_is_listed_and_nothing_else(robin, member, role):
    membership = None if role == Role.PARTICIPANT else member(role).membership
    user = membership.user if membership else robin.user
    limited = Actor(user, membership, assurance=Assurance.LIMITED)
    allowed = {permission for permission in Permission if limited.has_perm(permission)}
    assert allowed == LIMITED & GRANTS[role]


@pytest.mark.parametrize("page", OPEN)
def test_limited_view_opens_times_contact_and_sign_ups(robin, page):
    assert signed_in(robin, how=How.CODE).get(reverse(page)).status_code == 200


@pytest.mark.parametrize("page", CLOSED)
def test_the_rest_asks_for_a_surer_way_and_never_ends_in_a_wall(robin, page):
    answer = signed_in(robin, how=How.CARD).get(reverse(page))
    assert answer.status_code == 403
    assert "Här behövs ett säkrare sätt" in answer.text
    assert reverse("sign_in_ways") in answer.text
    assert signed_in(robin, how=How.EID).get(reverse(page)).status_code == 200


def test_today_in_the_limited_view_shows_no_step_and_the_full_view_does(robin, robin_person):
    StepFactory(participant=robin_person, text="Ring vårdcentralen")
    assert "Ring vårdcentralen" not in signed_in(robin, how=How.CODE).get("/idag/").text
    assert "Ring vårdcentralen" in signed_in(robin, how=How.EID).get("/idag/").text


def test_no_query_of_the_limited_view_reaches_plan_or_notes(robin, robin_person):
    StepFactory(participant=robin_person)
    ContactFactory(participant=robin_person)
    limited = Actor(robin.user, assurance=Assurance.LIMITED)
    assert not Step.objects.visible_to(limited).exists()
    assert not type(ContactFactory()).objects.visible_to(limited).exists()
    assert Step.objects.visible_to(robin).exists()


def test_a_meeting_opens_the_whole_account_on_the_next_page(robin, guide):
    browser = signed_in(robin, how=How.CODE)
    assert browser.get(reverse("participants:my_plan")).status_code == 403
    robin.user.confirmed_at, robin.user.confirmed_by = timezone.now(), guide.membership
    robin.user.confirmed_how = Met.DOCUMENT
    robin.user.save(update_fields=["confirmed_at", "confirmed_by", "confirmed_how"])
    assert browser.get(reverse("participants:my_plan")).status_code == 200


def test_colleague_with_a_password_alone_may_do_nothing(guide):
    browser = signed_in(guide, how=How.PASSWORD, second_factor=False)
    assert browser.get(reverse("participants:person_list")).url == reverse("mfa_index")
