"""The same form sent twice makes one thing; sent again with other words it loses none of them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Contract, Enrolment, Guest
from employers.models import Employer, FollowUpNote, Placement
from participants.models import Consent, Contact, Goal, Participant, Step, TeamMember
from participants.services.contacts import undo_contact
from portal.models import InfoType
from tests.activities.factories import ActivityFactory, SessionFactory
from tests.factories import EmployerFactory, PlacementFactory

SENTENCE = "Det här har redan sparats en gång, med annat innehåll."


@pytest.fixture
def note_url(robin_person):
    return reverse("participants:contact_write", args=[robin_person.public_id])


def note(**answers):
    return {
        "submission_id": str(uuid4()),
        "mode": "PHONE",
        "text": "Vill prova cyklar.",
        "doer": "ME",
        "audience": "TEAM",
    } | answers


@pytest.fixture
def forms(robin_person, guide, job_coach, social, leader):
    """Each form that makes something: who sends it, where, what, what else later, and of what."""
    today = timezone.localdate()
    place = PlacementFactory(participant=robin_person)
    employer = EmployerFactory()
    activity = ActivityFactory(contract=Contract.MEMBER, organiser=leader.membership.unit)
    session = SessionFactory(activity=activity)
    person = robin_person.public_id
    consent = {
        "receiver": social.pk,
        "info_types": [InfoType.PLAN.value],
        "purpose": "COORDINATE",
        "given": "PAPER",
        "until": today + timedelta(days=90),
    }
    work = {
        "kind": "INTERNSHIP",
        "occupation": "Packa varor",
        "starts_on": today,
        "supporter": guide.membership.pk,
        "may_lead_to_wage": "YES",
    }
    talk = {"spoke_with": "PERSON", "mode": "PHONE", "how_it_goes": "WELL", "occurred_on": today}
    colleague = (person, job_coach.membership.pk)
    return {
        "participants:contact_write": (guide, [person], note(), {"text": "Och mer"}, Contact),
        "participants:step_write": (
            guide,
            [person],
            {"text": "Ring", "doer": "ME"},
            {"text": "Ring Mona"},
            Step,
        ),
        "participants:person_register": (
            guide,
            [],
            {"first_name": "Mika", "last_name": "Dal", "contact": "ME"},
            {"asked": "Vill jobba ute"},
            Participant,
        ),
        "participants:consent_record": (
            guide,
            [person],
            consent,
            {"info_types": [InfoType.PLAN.value, InfoType.FOLLOW_UP.value]},
            Consent,
        ),
        "participants:team_member_add": (
            guide,
            colleague,
            {"reason": "Boende"},
            {"reason": "Boende och pengar"},
            TeamMember,
        ),
        "employers:employer_add": (
            guide,
            [],
            {"name": "Café Fyren"},
            {"trade": "Kök"},
            Employer,
        ),
        "employers:placement_new": (
            guide,
            [person, employer.public_id],
            work,
            {"occupation": "Packa och köra truck"},
            Placement,
        ),
        "employers:follow_up_write": (
            guide,
            [place.public_id],
            talk,
            {"text": "Vill ha fler timmar"},
            FollowUpNote,
        ),
        "activities:enrolment_add": (
            guide,
            [person],
            {"activity": activity.pk, "started_on": today},
            {"started_on": today + timedelta(days=7)},
            Enrolment,
        ),
        "activities:guest_add": (
            leader,
            [session.pk],
            {"nickname": "Mannen med hunden"},
            {"nickname": "Kvinnan med cykeln"},
            Guest,
        ),
    }


FORMS = [
    "participants:contact_write",
    "participants:step_write",
    "participants:person_register",
    "participants:consent_record",
    "participants:team_member_add",
    "employers:employer_add",
    "employers:placement_new",
    "employers:follow_up_write",
    "activities:enrolment_add",
    "activities:guest_add",
]


@pytest.mark.parametrize("name", FORMS)
def test_a_form_pressed_twice_makes_one_and_with_other_words_it_asks_again(acting, forms, name):
    who, captures, answers, more, model = forms[name]
    browser, url = acting(who), reverse(name, args=captures)
    answers = answers | {"submission_id": str(uuid4())}
    before = model.objects.count()
    first, second = (browser.post(url, answers) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url
    assert model.objects.count() == before + 1
    again = browser.post(url, answers | more)
    assert again.status_code == 422
    assert SENTENCE in again.text
    form = again.context["form"]
    for field, value in more.items():
        assert str(form[field].value()) == str(
            [str(one) for one in value] if isinstance(value, list) else value
        )
    assert form["submission_id"].value() != answers["submission_id"]
    assert model.objects.count() == before + 1


def test_two_tabs_of_one_note_keep_the_words_of_both(acting, guide, note_url):
    """The draft is opened in two tabs; the second one grows, and gets a step."""
    browser = acting(guide)
    ticket = browser.get(note_url).context["form"].draft_ticket
    browser.post(reverse("keep_draft"), note(draft_ticket=ticket))
    tabs = [browser.get(note_url).context["form"]["submission_id"].value() for _ in range(2)]
    assert tabs[0] != tabs[1]
    browser.post(note_url, note(submission_id=tabs[0]))
    browser.post(
        note_url,
        note(
            submission_id=tabs[1], text="Vill prova cyklar. Börjar måndag.", step="Ring", when="1"
        ),
    )
    assert {one.text for one in Contact.objects.all()} == {
        "Vill prova cyklar.",
        "Vill prova cyklar. Börjar måndag.",
    }
    assert Step.objects.get().text == "Ring"


def test_a_note_whose_answer_got_lost_is_asked_about_and_saved_with_its_step(
    acting, guide, note_url
):
    """The first sending arrived, its answer did not; Samira writes on and saves again."""
    browser, first = acting(guide), note()
    browser.post(note_url, first)
    asked = browser.post(note_url, first | {"text": "Vill prova cyklar på måndag."})
    assert SENTENCE in asked.text
    assert "Vill prova cyklar på måndag." in asked.text
    fresh = asked.context["form"]["submission_id"].value()
    more = {"submission_id": fresh, "text": "Vill prova cyklar på måndag."}
    assert browser.post(note_url, first | more).status_code == 302
    assert Contact.objects.count() == 2


def test_taking_the_step_away_from_a_note_that_was_sent_is_asked_about(acting, guide, note_url):
    browser, first = acting(guide), note(step="Ring", when="1")
    browser.post(note_url, first)
    assert SENTENCE in browser.post(note_url, first | {"step": "", "when": ""}).text
    assert Step.objects.get().text == "Ring"


def test_a_note_that_was_undone_is_not_called_saved_when_it_is_sent_again(acting, guide, note_url):
    browser, form = acting(guide), note()
    browser.post(note_url, form)
    undo_contact(contact=Contact.objects.get(), by=guide)
    assert SENTENCE in browser.post(note_url, form).text


def test_robins_own_words_are_never_taken_for_those_of_before(acting, robin, robin_person):
    browser, sent = acting(robin), str(uuid4())
    for name, model in [
        ("participants:my_goal", Goal),
        ("participants:my_step_write", Step),
    ]:
        url = reverse(name)
        assert browser.post(url, {"submission_id": sent, "text": "Jobba"}).status_code == 302
        assert browser.post(url, {"submission_id": sent, "text": "Jobba"}).status_code == 302
        asked = browser.post(url, {"submission_id": sent, "text": "Jobba ute"})
        assert asked.status_code == 422
        assert SENTENCE in asked.text
        assert "Jobba ute" in asked.text
        assert model.objects.get().text == "Jobba"


def test_a_goal_that_was_replaced_is_not_called_saved_when_it_is_sent_again(
    acting, robin, robin_person
):
    browser, url = acting(robin), reverse("participants:my_goal")
    first = {"submission_id": str(uuid4()), "text": "Jobba ute"}
    browser.post(url, first)
    browser.post(url, {"submission_id": str(uuid4()), "text": "Vila"})
    assert SENTENCE in browser.post(url, first).text
    assert robin_person.goals.current().get().text == "Vila"
