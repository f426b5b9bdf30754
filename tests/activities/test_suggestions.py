"""A colleague suggests with one tap; the person has three at most, and answers yes or not now."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from activities.models import Suggestion
from activities.services import suggestions
from activities.services.suggestions import EnoughSuggested
from participants.models import Step
from portal.models import AuditEvent, InfoType
from tests.activities.factories import (
    ActivityFactory,
    SheetFactory,
    SuggestionFactory,
    SupportFactory,
)
from tests.factories import ConsentFactory, TeamMemberFactory


@pytest.fixture
def bikes(db):
    return ActivityFactory(name="Cykelverkstaden", slug="cyklar").entry


def found_for(person):
    return reverse("activities:suggestion_find", args=[person.public_id])


def make(person, entry):
    return reverse("activities:suggestion_make", args=[person.public_id, entry.pk])


def answer(suggestion):
    return reverse("activities:my_suggestion", args=[suggestion.public_id])


def test_guide_suggests_with_one_tap_and_robin_sees_it_today(
    acting, guide, robin, robin_person, bikes
):
    page = acting(guide).get(f"{found_for(robin_person)}?q=cyklar")
    assert "Föreslå för Robin" in page.text
    answered = acting(guide).post(f"{make(robin_person, bikes)}?q=cyklar", follow=True)
    assert answered.redirect_chain == [(f"{found_for(robin_person)}?q=cyklar", 302)]
    assert "Robin ser det under Idag: Cykelverkstaden." in answered.text
    today = acting(robin).get("/idag/").text
    assert "Ett förslag från Samira" in today
    assert "Cykelverkstaden" in today


def test_a_yes_becomes_a_step_and_leads_to_where_it_is(acting, robin, robin_person, bikes, labour):
    waiting = SuggestionFactory(participant=robin_person, entry=bikes)
    page = acting(robin).post(answer(waiting), {"svar": "ja"})
    assert page.headers["Location"] == "/aktiviteter/cyklar/"
    step = Step.objects.get(participant=robin_person)
    assert (step.text, step.owner, step.assignee) == ("Prova: Cykelverkstaden", labour, None)
    acting(robin).post(answer(waiting), {"svar": "ja"})
    assert Step.objects.count() == 1


def test_not_now_is_fine_and_gives_no_step(acting, robin, robin_person, guide, bikes):
    waiting = SuggestionFactory(participant=robin_person, entry=bikes)
    page = acting(robin).post(answer(waiting), {"svar": "inte-nu"}, follow=True)
    assert "Det är okej. Inget mer händer." in page.text
    assert "Cykelverkstaden" not in acting(robin).get("/idag/").text
    assert not Step.objects.exists()
    assert "Inte nu" in acting(guide).get(found_for(robin_person)).text


def test_robin_never_has_more_than_three_to_answer(acting, guide, robin_person, db):
    for slot in (1, 2, 3):
        SuggestionFactory(participant=robin_person, slot=slot)
    page = acting(guide).post(make(robin_person, ActivityFactory().entry), follow=True)
    assert "Robin har tre förslag att svara på." in page.text
    assert Suggestion.objects.open().count() == 3
    with pytest.raises(IntegrityError), transaction.atomic():
        SuggestionFactory(participant=robin_person, slot=4)


def test_what_is_taken_back_or_answered_makes_room(acting, guide, robin, robin_person):
    first, second, _third = (
        SuggestionFactory(participant=robin_person, slot=slot, author=guide.user)
        for slot in (1, 2, 3)
    )
    acting(guide).post(reverse("activities:suggestion_withdraw", args=[first.public_id]))
    acting(robin).post(answer(second), {"svar": "inte-nu"})
    for _ in range(2):
        acting(guide).post(make(robin_person, ActivityFactory().entry))
    assert Suggestion.objects.open().count() == 3
    acting(robin).post(answer(first), {"svar": "ja"})  # too late
    assert Suggestion.objects.get(pk=first.pk).answer == ""


def test_the_same_is_not_suggested_twice_and_an_organisation_not_at_all(
    acting, guide, robin_person, bikes, db
):
    for _ in range(2):
        page = acting(guide).post(make(robin_person, bikes), follow=True)
    assert "Robin har det förslaget redan." in page.text
    acting(guide).post(make(robin_person, SheetFactory().entry))
    acting(guide).post(make(robin_person, SupportFactory().entry))
    assert Suggestion.objects.count() == 2


def test_a_colleague_of_another_organisation_takes_a_slot_that_nobody_else_sees(
    acting, guide, case_manager, robin_person, social
):
    for slot in (1, 2, 3):
        SuggestionFactory(participant=robin_person, slot=slot, owner=social)
    assert "Väntar" not in acting(guide).get(found_for(robin_person)).text
    page = acting(guide).post(make(robin_person, ActivityFactory().entry), follow=True)
    assert "tre förslag" in page.text


def test_who_reads_notes_by_a_yes_cannot_write_in_the_plan(
    acting, case_manager, robin_person, bikes
):
    TeamMemberFactory(
        participant=robin_person, membership=case_manager.membership, rests_on_consent=True
    )
    ConsentFactory(
        participant=robin_person,
        receiver=case_manager.membership.unit.owner,
        info_type=InfoType.FOLLOW_UP,
    )
    page = acting(case_manager).post(make(robin_person, bikes), follow=True)
    assert page.status_code == 200
    assert not Suggestion.objects.exists()


def test_the_log_tells_robin_who_suggested_something(acting, guide, robin, robin_person, bikes):
    acting(guide).post(make(robin_person, bikes))
    line = AuditEvent.objects.get(subject="suggestion")
    assert (line.user_id, line.participants) == (guide.user_id, [robin_person.pk])
    assert "föreslog något för dig" in acting(robin).get(reverse("log:who_looked")).text


@pytest.mark.django_db(transaction=True)
def test_of_five_colleagues_at_once_three_get_through(guide, robin_person):
    entries = [ActivityFactory().entry for _ in range(5)]
    ready, results = threading.Barrier(5), []

    def tap(entry):
        try:
            ready.wait(timeout=10)
            suggestions.suggest(participant=robin_person, entry=entry, by=guide)
            results.append("made")
        except EnoughSuggested:
            results.append("enough")
        finally:
            connection.close()

    threads = [threading.Thread(target=tap, args=[entry]) for entry in entries]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=20)
    assert sorted(results) == ["enough", "enough", "made", "made", "made"]
    assert Suggestion.objects.filter(created_at__lte=timezone.now()).open().count() == 3
