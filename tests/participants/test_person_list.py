"""*Mina personer*: who needs me first, and why."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from participants.models import Caseload, Contact, MainContact, Participant, Reason, Step
from participants.services import plan
from participants.services.decisions import answer_decision
from portal.models import AuditEvent, InfoType
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    DecisionFactory,
    ParticipantFactory,
    StepFactory,
    TeamMemberFactory,
)

URL = "participants:person_list"
TODAY = timezone.localdate


@pytest.fixture
def person(guide):
    """Make a person of Samira's: person("Kim", contact=3, step=7), in days ago and ahead."""

    def make(first_name, *, contact=None, step=None, last_name="Dahl"):
        made = ParticipantFactory(
            first_name=first_name, last_name=last_name, main_contact=guide.membership
        )
        if contact is not None:
            when = timezone.now() - timedelta(days=contact)
            ContactFactory(participant=made, occurred_at=when)
        if step is not None:
            StepFactory(participant=made, due_on=TODAY() + timedelta(days=step))
        return made

    return make


def reasons(page):
    return [(row["first_name"], row["why"]) for row in page.context["rows"]]


def test_those_who_need_the_guide_first_come_first(acting, guide, person):
    person("Flyter", contact=2, step=5)
    person("Tyst", contact=20, step=5)
    waits = person("Väntar", contact=2, step=5)
    DecisionFactory(participant=waits, expected_on=TODAY() - timedelta(days=1))
    person("Utan", contact=2)
    person("Idag", contact=2, step=0)
    person("Sen", contact=2, step=-3)
    person("Ny")
    assert reasons(acting(guide).get(reverse(URL))) == [
        ("Ny", "Ny"),
        ("Sen", "Försenat steg"),
        ("Idag", "Steg i dag"),
        ("Utan", "Saknar nästa steg"),
        ("Tyst", "Ingen kontakt på 14 dagar"),
        ("Väntar", "Beslut dröjer"),
        ("Flyter", "Flyter på"),
    ]


def test_a_decision_that_is_late_is_a_queue_of_its_own_until_it_is_answered(
    acting, guide, person, time_machine
):
    kim = person("Kim", contact=1, step=9)
    late = DecisionFactory(participant=kim, expected_on=TODAY() + timedelta(days=1))
    DecisionFactory(participant=kim, expected_on=TODAY() + timedelta(days=5))
    assert reasons(acting(guide).get(reverse(URL))) == [("Kim", "Flyter på")]
    time_machine.move_to(timezone.now() + timedelta(days=2))
    page = acting(guide).get(reverse(URL))
    assert reasons(page) == [("Kim", "Beslut dröjer")]
    assert "Beslut dröjer: 1" in page.text
    answered = {"answer": "YES", "answer_text": "", "answered_on": TODAY()}
    answer_decision(decision=late, by=guide, **answered)
    assert reasons(acting(guide).get(reverse(URL))) == [("Kim", "Flyter på")]


def test_a_colleague_who_may_not_read_the_plan_is_not_told_that_a_decision_is_late(
    case_manager, person
):
    kim = person("Kim", contact=1, step=3)
    DecisionFactory(participant=kim, expected_on=TODAY() - timedelta(days=1))
    ConsentFactory(participant=kim, receiver=case_manager.membership.unit.owner)
    TeamMemberFactory(participant=kim, membership=case_manager.membership, rests_on_consent=True)
    held = Caseload.objects.filter(participant=kim).order_by("pk")
    told = dict(held.values_list("membership_id", "decision_on"))
    assert told.pop(case_manager.membership.pk) is None
    assert list(told.values()) == [TODAY() - timedelta(days=1)]


def test_fourteen_days_is_fine_and_fifteen_is_not(acting, guide, person):
    person("Fjorton", contact=13, step=5)
    person("Femton", contact=15, step=5)
    assert reasons(acting(guide).get(reverse(URL))) == [
        ("Femton", "Ingen kontakt på 14 dagar"),
        ("Fjorton", "Flyter på"),
    ]


def test_a_step_becomes_late_at_midnight_without_any_work(acting, guide, person, time_machine):
    person("Robin", contact=1, step=0)
    browser = acting(guide)
    assert reasons(browser.get(reverse(URL))) == [("Robin", "Steg i dag")]
    time_machine.move_to(timezone.now() + timedelta(days=1))
    assert reasons(acting(guide).get(reverse(URL))) == [("Robin", "Försenat steg")]


def test_somebody_nobody_reached_is_still_new(acting, guide, person):
    kim = person("Kim")
    ContactFactory(participant=kim, outcome="NOT_REACHED")
    assert reasons(acting(guide).get(reverse(URL))) == [("Kim", "Ny")]


def test_a_new_contact_finds_the_person_new_though_others_have_met(acting, member, person):
    kim = person("Kim", contact=5, step=5)
    johan = member("GUIDE", first_name="Johan")
    now = timezone.now()
    kim.main_contacts.open().update(ended_at=now)
    MainContact.objects.create(participant=kim, membership=johan.membership, started_at=now)
    assert reasons(acting(johan).get(reverse(URL))) == [("Kim", "Ny")]


def test_the_next_step_is_the_soonest_and_goes_when_it_is_done(acting, guide, person, robin):
    kim = person("Kim", contact=1, step=9)
    soon = StepFactory(participant=kim, text="Ring i dag", due_on=TODAY() + timedelta(days=2))
    assert "Ring i dag" in acting(guide).get(reverse(URL)).text
    plan.finish_step(step=soon, by=guide)
    page = acting(guide).get(reverse(URL))
    assert "Ring i dag" not in page.text
    assert "Ring verkstaden" in page.text


def test_a_removed_contact_no_longer_counts(acting, guide, person):
    kim = person("Kim", contact=1, step=3)
    Contact.objects.filter(participant=kim).update(removed_at=timezone.now())
    assert reasons(acting(guide).get(reverse(URL))) == [("Kim", "Ny")]


def test_a_colleague_of_another_organisation_is_not_told_of_steps_she_may_not_read(
    acting, case_manager, person
):
    kim = person("Kim", contact=1, step=3)
    ConsentFactory(participant=kim, receiver=case_manager.membership.unit.owner)
    TeamMemberFactory(participant=kim, membership=case_manager.membership, rests_on_consent=True)
    row = Caseload.objects.get(membership_id=case_manager.membership.pk)
    assert row.last_contact_at is not None  # the yes is to notes
    assert row.next_step_id is None  # and not to the plan


def test_the_words_of_a_step_are_gone_when_the_yes_to_the_plan_runs_out(
    acting, case_manager, person
):
    kim = person("Kim", contact=1, step=3)
    now, yes = timezone.now(), {"receiver": case_manager.membership.unit.owner}
    ConsentFactory(participant=kim, **yes)
    soon = now + timedelta(days=1)
    ConsentFactory(participant=kim, info_type=InfoType.PLAN, valid_until=soon, **yes)
    TeamMemberFactory(participant=kim, membership=case_manager.membership, rests_on_consent=True)
    assert "Ring verkstaden" in acting(case_manager).get(reverse(URL)).text
    row = Caseload.objects.get(membership_id=case_manager.membership.pk)
    assert row.next_step_until == soon  # the clock of PostgreSQL cannot be moved
    Caseload.objects.filter(pk=row.pk).update(next_step_until=now)
    page = acting(case_manager).get(reverse(URL))
    assert [name for name, _ in reasons(page)] == ["Kim"]
    assert "Ring verkstaden" not in page.text


def test_a_withdrawn_yes_takes_the_words_of_the_step_away_at_once(acting, case_manager, person):
    kim = person("Kim", step=3)
    yes = ConsentFactory(
        participant=kim,
        info_type=InfoType.PLAN,
        receiver=case_manager.membership.unit.owner,
    )
    ConsentFactory(participant=kim, receiver=yes.receiver)
    TeamMemberFactory(participant=kim, membership=case_manager.membership, rests_on_consent=True)
    assert "Ring verkstaden" in acting(case_manager).get(reverse(URL)).text
    yes.withdrawn_at = timezone.now()
    yes.save(update_fields=["withdrawn_at"])
    assert "Ring verkstaden" not in acting(case_manager).get(reverse(URL)).text


def test_new_name_and_new_words_are_in_the_list_at_once(acting, guide, person):
    kim = person("Kim", contact=1, step=3)
    Participant.objects.filter(pk=kim.pk).update(first_name="Åsa")
    Step.objects.filter(participant=kim).update(text="Ring skolan")
    page = acting(guide).get(reverse(URL), {"q": "åsa"})
    assert [name for name, _ in reasons(page)] == ["Åsa"]
    assert "Ring skolan" in page.text


def test_a_copy_that_differs_from_its_source_is_found_at_night(person):
    kim = person("Kim", step=3)
    with connection.cursor() as cursor:
        cursor.execute("SELECT caseload_differences()")
        assert cursor.fetchone() == (0,)
        Caseload.objects.filter(participant=kim).update(next_step_text="Gammalt")
        cursor.execute("SELECT caseload_differences()")
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize("wrong", [None, TODAY() - timedelta(days=9), TODAY()])
def test_a_day_that_no_decision_says_is_found_at_night(person, wrong):
    kim = person("Kim", step=3)
    DecisionFactory(participant=kim, expected_on=TODAY() - timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT caseload_differences()")
        assert cursor.fetchone() == (0,)
        Caseload.objects.filter(participant=kim).update(decision_on=wrong)
        cursor.execute("SELECT caseload_differences()")
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("åsa", ["Åsa"]),
        ("ÅS", ["Åsa"]),
        ("åsa öb", ["Åsa"]),
        ("öberg", ["Åsa"]),
        ("berg", ["Åsa", "Bo"]),
        ("%", []),
        ("_", []),
        ("zz", []),
    ],
)
def test_search_finds_people_by_any_part_of_their_names(acting, guide, person, typed, found):
    person("Åsa", last_name="Öberg", contact=9, step=5)
    person("Bo", last_name="Berg", contact=1, step=5)
    page = acting(guide).get(reverse(URL), {"q": typed})
    assert [name for name, _ in reasons(page)] == found


def test_search_never_finds_somebody_elses_people(acting, outsider, person):
    person("Robin", contact=1)
    assert reasons(acting(outsider).get(reverse(URL), {"q": "robin"})) == []


def test_a_filter_in_the_address_shows_one_reason(acting, guide, person):
    person("Ny")
    person("Utan", contact=2)
    page = acting(guide).get(reverse(URL), {"varfor": Reason.NO_NEXT_STEP.value})
    assert reasons(page) == [("Utan", "Saknar nästa steg")]


@pytest.mark.parametrize("bad", [{"varfor": "99"}, {"sida": "-1"}, {"sida": "x"}, {"q": "x" * 500}])
def test_a_strange_address_shows_everybody(acting, guide, person, bad):
    person("Ny")
    answer = acting(guide).get(reverse(URL), bad)
    assert answer.status_code == 200
    assert reasons(answer) == [("Ny", "Ny")]


def test_the_fifty_first_person_is_on_the_second_page(acting, guide, person):
    for number in range(51):
        person(f"Nr{number}")
    browser = acting(guide)
    first = [name for name, _ in reasons(browser.get(reverse(URL)))]
    second = [name for name, _ in reasons(browser.get(reverse(URL), {"sida": 2}))]
    assert len(first) == 50
    assert len(second) == 1
    assert not set(first) & set(second)


def test_one_line_in_the_log_names_everybody_shown(acting, guide, person):
    shown = {person("Ny").pk, person("Kim", contact=1).pk}
    acting(guide).get(reverse(URL))
    assert set(AuditEvent.objects.get().participants) == shown


def test_the_list_asks_as_many_questions_for_one_as_for_eleven(
    acting, guide, person, django_assert_max_num_queries
):
    browser = acting(guide)
    counts = []
    for number in range(11):
        person(f"Nr{number}", contact=number, step=number - 3)
        if number in {0, 10}:
            with django_assert_max_num_queries(14) as asked:  # two of them hold the transaction
                browser.get(reverse(URL))
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_steps_of_nobody_are_in_no_list(acting, guide):
    assert Step.objects.visible_to(guide).count() == 0
    assert "Du har inga personer än." in acting(guide).get(reverse(URL)).text


def test_the_heading_counts_those_whose_contact_one_is_against_the_limit(acting, guide, person):
    person("Kim")
    TeamMemberFactory(participant=ParticipantFactory(), membership=guide.membership)
    page = acting(guide).get(reverse(URL))
    assert "1 av högst 30, och 1 du stöttar" in " ".join(page.text.split())


def test_a_job_coach_who_is_nobodys_contact_counts_everybody(acting, job_coach):
    TeamMemberFactory(participant=ParticipantFactory(), membership=job_coach.membership)
    page = acting(job_coach).get(reverse(URL))
    assert f"1 av högst {job_coach.membership.caseload_limit}" in " ".join(page.text.split())


@pytest.mark.parametrize("asked", ["0", "-1", "två", "²"])
def test_a_page_that_is_no_number_is_the_first(acting, guide, person, asked):
    person("Kim")
    page = acting(guide).get(reverse(URL), {"sida": asked})
    assert reasons(page) == [("Kim", "Ny")]


def test_a_page_beyond_the_last_says_the_way_back(acting, guide, person):
    person("Kim")
    page = acting(guide).get(reverse(URL), {"sida": "1" * 5000})
    assert reasons(page) == []
    assert "Visa alla" in page.text
    assert "Du har inga personer än." not in page.text
