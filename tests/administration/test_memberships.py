"""A role begins and ends; nobody is left without a contact, and nobody gives themselves one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from participants.models import MainContact, Participant, TeamMember
from participants.services import people
from portal.models import AuditEvent, Membership
from portal.pages.administration.services import memberships
from portal.permissions import Role
from tests.factories import PlacementFactory, StepFactory, TeamMemberFactory


def end(post, membership, **fields):
    return post(
        "membership_end",
        membership.pk,
        **({"version": membership.version, "last_day": ""} | fields),
    )


def test_ended_colleague_is_out_at_the_next_click(post, acting, job_coach, robin_person):
    member = TeamMemberFactory(participant=robin_person, membership=job_coach.membership)
    browser = acting(job_coach)
    record = reverse("person_record", args=[robin_person.public_id])
    assert browser.get(record).status_code == 200
    assert end(post, job_coach.membership).status_code == 302
    for page in (record, reverse("participants:person_list")):
        answer = browser.get(page)
        assert answer.status_code == 302
        assert answer.url.startswith("/konto/login/")
    assert TeamMember.objects.get(pk=member.pk).ended_at


def test_volunteer_begins_once_the_pledge_is_signed(post, unit, job_coach):
    user = job_coach.user
    today = timezone.localdate()
    answers = {"role": Role.VOLUNTEER.value, "caseload_limit": 0, "confirmed": "True"}
    for pledge in ("", str(today + timedelta(days=1))):
        page = post("membership_start", user.pk, unit.pk, pledged_on=pledge, **answers)
        assert page.status_code == 422
    page = post("membership_start", user.pk, unit.pk, pledged_on=str(today), **answers)
    assert page.status_code == 302
    volunteer = Membership.objects.get(user=user, role=Role.VOLUNTEER)
    assert volunteer.pledged_on == today


def test_contact_of_somebody_cannot_just_end(post, get, guide, robin_person):
    page = get("membership_end", guide.membership.pk)
    assert "1 person har kollegan som kontakt." in page.text
    assert "Robin" not in page.text
    assert "Avsluta rollen</button>" not in page.text
    assert end(post, guide.membership).status_code == 422
    assert end(post, guide.membership, last_day=str(timezone.localdate())).status_code == 422
    assert Membership.objects.current().filter(pk=guide.membership.pk).exists()


def test_contact_ends_after_the_hand_over(post, guide, job_coach, manager, robin_person):
    people.set_main_contact(participant=robin_person, membership=job_coach.membership, by=manager)
    assert end(post, guide.membership).status_code == 302
    assert MainContact.objects.open().get(participant=robin_person).membership.user.is_active


def test_page_tells_what_follows_in_numbers(get, job_coach, robin_person):
    TeamMemberFactory(participant=robin_person, membership=job_coach.membership)
    StepFactory(participant=robin_person, assignee=job_coach.membership)
    PlacementFactory(participant=robin_person, supporter=job_coach.membership)
    page = get("membership_end", job_coach.membership.pk).text
    for words in ("Kollegan lämnar 1 team.", "1 steg behöver", "1 arbetsplats behöver"):
        assert words in page
    assert "Robin" not in page


def test_role_ends_on_a_day_to_come_and_the_day_is_taken_away_again(post, job_coach):
    membership = job_coach.membership
    last = timezone.localdate() + timedelta(days=7)
    end(post, membership, last_day=str(last))
    held = Membership.objects.get(pk=membership.pk)
    assert timezone.localdate(held.ended_at) == last + timedelta(days=1)
    assert Membership.objects.current().filter(pk=membership.pk).exists()
    post("membership_prolong", membership.pk, version=held.version)
    assert Membership.objects.get(pk=membership.pk).ended_at is None


def test_nobody_ends_or_widens_the_own_role(post, alma, unit):
    assert end(post, alma.membership).status_code == 422
    limit = {"version": alma.membership.version, "caseload_limit": "99"}
    assert post("membership_limit", alma.membership.pk, **limit).status_code == 422
    assert post("membership_prolong", alma.membership.pk, version="1").status_code == 302
    mine = {"role": Role.GUIDE, "caseload_limit": "30", "confirmed": "1"}
    answer = post("membership_start", alma.user_id, unit.pk, **mine)
    assert "ingen gör det här för sig själv" in answer.text
    assert Membership.objects.get(user=alma.user) == alma.membership


def test_stale_page_ends_nothing_and_says_so(post, job_coach):
    membership = job_coach.membership
    fields = {"version": membership.version, "caseload_limit": "12"}
    post("membership_limit", membership.pk, **fields)
    answer = end(post, membership)
    assert answer.status_code == 422
    assert "Någon annan sparade precis före dig." in answer.text
    assert Membership.objects.get(pk=membership.pk).caseload_limit == 12
    assert Membership.objects.get(pk=membership.pk).ended_at is None


def test_colleague_gets_a_second_role_after_a_second_look(post, guide, social_unit):
    fields = {"role": Role.CASE_MANAGER, "caseload_limit": "15"}
    first = post("membership_start", guide.user_id, social_unit.pk, **fields)
    assert "Ska Samira Lund få den här rollen?" in first.text
    post("membership_start", guide.user_id, social_unit.pk, **fields, confirmed="1")
    held = Membership.objects.get(user=guide.user, role=Role.CASE_MANAGER)
    assert (held.unit, held.caseload_limit) == (social_unit, 15)


def test_same_role_in_the_same_unit_is_not_given_twice(post, guide, unit):
    fields = {"role": Role.GUIDE, "caseload_limit": "15", "confirmed": "1"}
    answer = post("membership_start", guide.user_id, unit.pk, **fields)
    assert "Kollegan har redan den rollen här." in answer.text


def test_role_that_has_not_begun_is_taken_away_whole(post, guide, social_unit):
    first = timezone.localdate() + timedelta(days=10)
    fields = {"role": Role.CASE_MANAGER, "caseload_limit": "15", "first_day": str(first)}
    post("membership_start", guide.user_id, social_unit.pk, **fields, confirmed="1")
    coming = Membership.objects.get(user=guide.user, role=Role.CASE_MANAGER)
    assert coming.started_at > timezone.now()
    end(post, coming)
    assert not Membership.objects.filter(pk=coming.pk).exists()


def test_each_act_on_a_role_stands_in_the_log(post, alma, job_coach):
    end(post, job_coach.membership)
    line = AuditEvent.objects.get(subject="membership")
    assert (line.act, line.user_id, line.subject_id) == (
        "CHANGE",
        alma.user_id,
        job_coach.membership.pk,
    )


@pytest.mark.parametrize("turn", range(6))
def test_role_that_ends_and_a_contact_that_is_set_never_overlook_each_other(
    transactional_db, turn, alma, manager, job_coach, robin_person
):
    """Whoever comes first wins: the person never gets a contact who has left."""
    gate = Barrier(2)

    def ends():
        gate.wait(timeout=30)
        try:
            memberships.end_membership(membership=job_coach.membership, by=alma, version=1)
        except memberships.HoldsPeople:
            return "kept"
        finally:
            connections.close_all()
        return "ended"

    def takes():
        gate.wait(timeout=30)
        try:
            people.set_main_contact(
                participant=Participant.objects.get(pk=robin_person.pk),
                membership=job_coach.membership,
                by=manager,
            )
        except people.NoLongerWorks:
            return "left as it was"
        finally:
            connections.close_all()
        return "taken"

    with ThreadPoolExecutor(2) as pool:
        outcome = {pool.submit(ends).result, pool.submit(takes).result}
        outcome = {result(timeout=30) for result in outcome}
    assert outcome in ({"kept", "taken"}, {"ended", "left as it was"})
    holder = MainContact.objects.open().get(participant=robin_person).membership
    assert holder in Membership.objects.current()
