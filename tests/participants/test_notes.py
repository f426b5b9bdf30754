"""*Anteckna*: a contact and a next step in twenty seconds, undone within ten minutes."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from participants.models import Contact, Step
from participants.services import contacts as services
from portal.models import AuditEvent
from tests.factories import ConsentFactory, ContactFactory, StepFactory, TeamMemberFactory


@pytest.fixture
def url(robin_person):
    return reverse("participants:contact_write", args=[robin_person.public_id])


def note(**answers):
    return {
        "submission_id": str(uuid4()),
        "mode": "PHONE",
        "text": "Vill prova cyklar.",
        "step": "Ring verkstaden",
        "when": "1",
        "doer": "ME",
        "audience": "TEAM",
    } | answers


def test_a_guide_writes_a_note_and_a_next_step(acting, guide, url, robin_person):
    answer = acting(guide).post(url, note(), follow=True)
    contact, step = Contact.objects.get(), Step.objects.get()
    assert contact.text == "Vill prova cyklar."
    assert (step.text, step.assignee) == ("Ring verkstaden", guide.membership)
    assert step.due_on == timezone.localdate() + timedelta(days=1)
    assert contact.owner_id == step.owner_id == guide.organisation_id
    assert "Sparat." in answer.text
    assert "Ångra (10 minuter)" in answer.text


def test_not_reached_saves_with_nothing_else(acting, guide, url):
    form = {"submission_id": str(uuid4()), "mode": "NOT_REACHED", "doer": "PERSON"}
    acting(guide).post(url, form | {"audience": "TEAM"})
    assert Contact.objects.get().outcome == "NOT_REACHED"
    assert not Step.objects.exists()


def test_a_step_taken_before_is_chosen_again_as_a_chip(acting, guide, url, robin_person):
    StepFactory(author=guide.user, participant__main_contact=guide.membership, text="Boka tid")
    StepFactory(participant=robin_person, text="Ring verkstaden")
    browser = acting(guide)
    page = browser.get(url)
    assert 'value="=Boka tid"' in page.text
    assert 'value="=Ring verkstaden"' not in page.text  # Robin has that one before them already
    browser.post(url, note(step="", pick="=Boka tid"))
    assert robin_person.steps.open().filter(text="Boka tid").exists()


def test_nothing_just_now_is_an_answer_and_asks_for_no_day(acting, guide, url):
    assert acting(guide).post(url, note(step="", pick="none")).status_code == 302
    assert not Step.objects.exists()


def test_a_chosen_step_stands_chosen_when_something_else_was_missing(acting, guide, url):
    page = acting(guide).post(url, note(mode="", step="", pick="=Boka tid"))
    assert page.status_code == 422
    chosen = page.text.split('value="=Boka tid"')[1].split(">")[0]
    assert "checked" in chosen


def test_a_note_held_back_from_its_first_moment_is_not_read_by_the_person(
    acting, guide, robin, url
):
    tomorrow = timezone.localdate() + timedelta(days=1)
    held = {"held_back_until": tomorrow, "held_back_reason": "Tar det när vi ses"}
    assert acting(guide).post(url, note(**held)).status_code == 302
    detail = reverse("participants:contact_detail", args=[Contact.objects.get().public_id])
    assert acting(robin).get(detail).status_code == 404
    assert acting(guide).get(detail).status_code == 200


def test_sending_the_same_note_twice_stores_it_once(acting, guide, url):
    form, browser = note(), acting(guide)
    answers = [browser.post(url, form).url for _ in range(2)]
    assert answers[0] == answers[1]
    assert (Contact.objects.count(), Step.objects.count()) == (1, 1)


def test_undoing_takes_the_note_and_its_step_back(acting, guide, url):
    browser = acting(guide)
    browser.post(url, note())
    contact = Contact.objects.get()
    browser.post(reverse("participants:contact_undo", args=[contact.public_id]))
    assert not Step.objects.open().exists()
    detail = reverse("participants:contact_detail", args=[contact.public_id])
    assert browser.get(detail).status_code == 404


def test_after_ten_minutes_a_note_stays_and_can_be_changed(acting, guide, robin_person):
    contact = ContactFactory(participant=robin_person, author=guide.user)
    Contact.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    answer = acting(guide).post(
        reverse("participants:contact_undo", args=[contact.public_id]), follow=True
    )
    assert "Det har gått tio minuter. Du kan fortfarande ändra anteckningen." in answer.text
    assert Contact.objects.get().removed_at is None


def test_a_colleague_cannot_undo_somebody_elses_note(guide, job_coach, robin_person):
    contact = ContactFactory(participant=robin_person, author=guide.user)
    with pytest.raises(services.TooLate):
        services.undo_contact(contact=contact, by=job_coach)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"mode": ""}, "Välj hur ni hördes"),
        ({"mode": "DREAM"}, "Välj ett av svaren i listan."),
        ({"step": "", "when": "1"}, "Skriv nästa steg, eller välj Inget just nu."),
        ({"when": "day"}, "Välj dagen"),
        ({"when": "day", "due_on": "2020-02-30"}, "Skriv dagen så här: 2026-12-01."),
        ({"when": "", "due_on": "2020-01-01"}, "Välj i dag eller en senare dag."),
        ({"when": "day", "due_on": "9999-01-01"}, "Välj en dag inom 2 år."),
        ({"pick": "other", "step": ""}, "Skriv nästa steg, eller välj Inget just nu."),
        ({"pick": "none"}, "Du har valt ett steg och skrivit ett annat."),
        ({"pick": "=Boka tid"}, "Du har valt ett steg och skrivit ett annat."),
        ({"pick": "dröm", "step": ""}, "Välj ett av svaren i listan."),
        ({"held_back_until": "9999-01-01", "held_back_reason": "x"}, "Välj en dag inom 2 år."),
        ({"held_back_reason": "Tar det när vi ses"}, "Välj vilken dag personen får läsa det."),
        ({"text": "x" * 10_000}, "Korta texten till 4000 tecken. Nu är den 10000."),
        ({"text": "dold\x00text"}, "Skriv om texten utan dolda tecken."),
        ({"submission_id": "trasig"}, "Sidan hade blivit gammal. Skicka en gång till."),
    ],
)
def test_a_faulty_note_says_what_to_do_and_keeps_what_was_typed(
    acting, guide, url, answers, sentence
):
    answer = acting(guide).post(url, note(**answers))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Fel:" in answer.text.split("</title>")[0]
    assert answers.get("text", "Vill prova cyklar.").replace("\x00", "")[:4] in answer.text
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "Bra dag 🚲👍🏽",
        "مرحبا Robin",
        "<script>alert(1)</script><b>fet</b>",
        "{{ settings.SECRET_KEY }}",
        "Z̸a̷l̶g̴o",
        "rad ett\r\nrad två",
    ],
)
def test_any_words_come_back_as_they_were_written(acting, guide, url, text):
    browser = acting(guide)
    browser.post(url, note(text=text))
    contact = Contact.objects.get()
    assert contact.text.split() == text.split()
    page = browser.get(reverse("participants:contact_detail", args=[contact.public_id])).text
    assert "<script>alert" not in page
    assert "<b>fet" not in page


def test_two_tabs_change_a_note_and_the_second_sees_both_texts(acting, guide, robin_person):
    contact = ContactFactory(participant=robin_person, author=guide.user)
    url = reverse("participants:contact_edit", args=[contact.public_id])
    browser = acting(guide)
    form = {
        "mode": "MEETING",
        "counterpart": "PARTICIPANT",
        "outcome": "REACHED",
        "occurred_at": "2026-11-20T10:00",
        "audience": "TEAM",
        "version": 1,
    }
    when = (timezone.localtime() - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    form["occurred_at"] = when
    assert browser.post(url, form | {"text": "Först"}).status_code == 302
    second = browser.post(url, form | {"text": "Sen"})
    assert second.status_code == 422
    assert "Först" in second.text
    assert "Sen" in second.text
    assert browser.post(url, form | {"text": "Båda", "version": 2}).status_code == 302
    contact.refresh_from_db()
    assert (contact.text, contact.version) == ("Båda", 3)


def test_holding_back_needs_a_reason_and_a_day(acting, guide, robin_person):
    contact = ContactFactory(participant=robin_person, author=guide.user)
    url = reverse("participants:contact_edit", args=[contact.public_id])
    when = (timezone.localtime() - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    form = {
        "mode": "MEETING",
        "counterpart": "PARTICIPANT",
        "outcome": "REACHED",
        "occurred_at": when,
        "audience": "TEAM",
        "version": 1,
    }
    tomorrow = timezone.localdate() + timedelta(days=1)
    answer = acting(guide).post(url, form | {"held_back_until": tomorrow})
    assert "Skriv varför det hålls inne." in answer.text
    answer = acting(guide).post(url, form | {"held_back_reason": "Tar det när vi ses"})
    assert "Välj vilken dag personen får läsa det." in answer.text
    both = {"held_back_until": tomorrow, "held_back_reason": "Tar det när vi ses"}
    assert acting(guide).post(url, form | both).status_code == 302


def test_a_note_is_written_in_the_log_with_its_author(acting, guide, url, robin_person):
    acting(guide).post(url, note(step=""))
    acting(guide).post(url, note(step="", when=""))
    line = AuditEvent.objects.get(subject="contact")
    assert (line.act, line.participants, line.role) == ("CREATE", [robin_person.pk], "GUIDE")


def test_a_case_manager_writes_in_her_own_organisation(acting, case_manager, robin_person, social):
    ConsentFactory(participant=robin_person, receiver=social)
    TeamMemberFactory(
        participant=robin_person, membership=case_manager.membership, rests_on_consent=True
    )
    url = reverse("participants:contact_write", args=[robin_person.public_id])
    acting(case_manager).post(url, note(step="", when=""))
    assert Contact.objects.get().owner == social
