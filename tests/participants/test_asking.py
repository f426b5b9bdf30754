"""A colleague asks, Robin answers: one question at a time, no as large as yes, the default no."""

import hashlib
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from participants.models import Consent, ConsentQuestion, consent_words
from participants.services import consents, questions
from portal.models import AuditEvent, InfoType
from tests.factories import ConsentFactory, QuestionFactory

WHO_SEES = "participants:who_sees"


@pytest.fixture
def question(robin_person, social, guide):
    return QuestionFactory(participant=robin_person, receiver=social, author=guide.user)


def answer_url(question):
    return reverse("participants:my_question", args=[question.public_id])


def asked(social, **answers):
    return {
        "submission_id": str(uuid4()),
        "receiver": social.pk,
        "info_types": [InfoType.PLAN.value, InfoType.HEALTH.value],
        "purpose": "COORDINATE",
        "until": timezone.localdate() + timedelta(days=90),
    } | answers


def test_samira_asks_and_each_kind_becomes_a_question_of_its_own(
    acting, guide, social, robin_person, robin
):
    url = reverse("participants:question_ask", args=[robin_person.public_id])
    assert acting(guide).post(url, asked(social)).status_code == 302
    assert ConsentQuestion.objects.waiting().count() == 2
    assert not Consent.objects.exists()
    page = acting(robin).get(reverse(WHO_SEES)).text
    assert "Samira undrar: får Socialförvaltningen läsa din plan och dina steg?" in page
    assert "Samira undrar en sak." in acting(robin).get(reverse("participants:my_plan")).text


def test_robin_reads_what_who_why_and_the_last_day_before_answering(acting, robin, question):
    page = acting(robin).get(answer_url(question)).text
    for said in (
        "Samira Lund på Arbetsmarknadsförvaltningen undrar:",
        "Får Socialförvaltningen läsa det vi skriver när vi har pratat?",
        "För att vi ska kunna hjälpa dig tillsammans.",
        "Det som redan lämnats ut finns kvar hos dem.",
        "Skyddet kan vara svagare än här.",
        str(question.until.year),
    ):
        assert said in page, said


def test_no_is_as_large_as_yes_and_nothing_is_chosen_beforehand(acting, robin, question):
    page = acting(robin).get(answer_url(question)).text
    buttons = re.findall(r'<button name="answer"([^>]*)>([^<]*)</button>', page)
    assert [label for _, label in buttons] == ["Ja", "Nej", "Senare"]
    assert all("class" not in attributes for attributes, _ in buttons)
    assert "checked" not in page


@pytest.mark.parametrize("page", ["question_ask", "consent_record"])
@pytest.mark.parametrize("about", ["", "?om=halsa", "?om=pengar"])
def test_nothing_is_ticked_beforehand_where_samira_writes(acting, guide, robin_person, page, about):
    url = reverse(f"participants:{page}", args=[robin_person.public_id]) + about
    assert not re.search(r"\bchecked\b", acting(guide).get(url).text)


def test_yes_opens_from_that_moment_in_the_words_that_were_read(
    acting, robin, question, case_manager, note, noor_walks_along
):
    url = reverse("participants:contact_detail", args=[note.public_id])
    assert acting(case_manager).get(url).status_code == 404
    acting(robin).post(answer_url(question), {"answer": "YES"})
    assert acting(case_manager).get(url).status_code == 200
    consent = Consent.objects.get()
    assert (consent.given, consent.recorded_by) == ("PORTAL", robin.user)
    assert consent.last_day == question.until
    assert consent.words == question.words
    page = acting(robin).get(reverse("participants:consent_detail", args=[consent.public_id]))
    assert all(text in page.text for _, text in question.words.points)
    assert AuditEvent.objects.filter(subject="consent", act="CREATE").count() == 1


def test_no_is_kept_and_samira_reads_it_and_may_not_ask_again_at_once(
    acting, guide, robin, social, robin_person, question
):
    answer = acting(robin).post(answer_url(question), {"answer": "NO"}, follow=True)
    assert "Ditt nej är sparat. Socialförvaltningen läser inget av det här." in answer.text
    assert not Consent.objects.exists()
    sharing = acting(guide).get(reverse("participants:sharing", args=[robin_person.public_id]))
    assert "Svaret var nej" in sharing.text
    assert "Får frågas igen från" in sharing.text
    again = acting(guide).post(
        reverse("participants:question_ask", args=[robin_person.public_id]),
        asked(social, info_types=[InfoType.FOLLOW_UP.value]),
    )
    assert again.status_code == 422
    assert "Svaret var nej. Fråga igen tidigast" in again.text


def test_a_month_after_a_no_the_question_may_come_again(guide, robin, social, question):
    questions.answer_question(question=question, by=robin, answer="NO")
    long_ago = timezone.now() - timedelta(days=31)
    ConsentQuestion.objects.update(answered_at=long_ago)
    questions.ask_consent(
        participant=question.participant,
        by=guide,
        submission_id=uuid4(),
        receiver=social,
        info_types=[InfoType.FOLLOW_UP],
        purpose="COORDINATE",
        until=timezone.localdate() + timedelta(days=30),
    )
    assert ConsentQuestion.objects.waiting().count() == 1


def test_later_lets_the_question_rest_and_shares_nothing(acting, robin, question):
    plan = reverse("participants:my_plan")
    assert "Samira undrar en sak." in acting(robin).get(plan).text
    acting(robin).post(answer_url(question), {"answer": "LATER"})
    assert "Samira undrar en sak." not in acting(robin).get(plan).text
    assert "Läs och svara" in acting(robin).get(reverse(WHO_SEES)).text
    assert not Consent.objects.exists()


@pytest.mark.parametrize("given", [{}, {"answer": ""}, {"answer": "yes"}, {"answer": "1"}])
def test_an_answer_that_is_none_of_the_three_is_no_yes(acting, robin, question, given):
    acting(robin).post(answer_url(question), given)
    assert not Consent.objects.exists()
    assert ConsentQuestion.objects.get().answer == ""


def test_one_question_follows_on_another(acting, robin, robin_person, social, question):
    other = QuestionFactory(
        participant=robin_person, receiver=social, info_type=InfoType.PLAN, author=question.author
    )
    answer = acting(robin).post(answer_url(question), {"answer": "NO"})
    assert answer.url == answer_url(other)


def test_an_answer_stands_when_the_page_was_open_twice(acting, robin, question):
    acting(robin).post(answer_url(question), {"answer": "NO"})
    again = acting(robin).post(answer_url(question), {"answer": "YES"}, follow=True)
    assert "Frågan har redan ett svar." in again.text
    assert not Consent.objects.exists()


def test_a_question_whose_last_day_has_passed_opens_nothing(acting, robin, question):
    yesterday = timezone.localdate() - timedelta(days=1)
    ConsentQuestion.objects.update(until=yesterday)
    acting(robin).post(answer_url(question), {"answer": "YES"})
    assert not Consent.objects.exists()
    assert "Frågan är för gammal nu." in acting(robin).get(answer_url(question)).text


def test_a_colleague_answers_for_nobody(acting, guide, question):
    assert acting(guide).post(answer_url(question), {"answer": "YES"}).status_code == 403
    with pytest.raises(questions.NotTheirs):
        questions.answer_question(question=question, by=guide, answer="YES")
    assert not Consent.objects.exists()


def test_samira_takes_back_a_question_that_need_not_be_answered(acting, guide, robin, question):
    url = reverse("participants:question_take_back", args=[question.public_id])
    assert acting(guide).post(url).status_code == 302
    assert "Samira undrar" not in acting(robin).get(reverse(WHO_SEES)).text


def test_health_is_written_down_alone(acting, guide, social, robin_person):
    url = reverse("participants:consent_record", args=[robin_person.public_id])
    form = asked(social, given="PAPER")
    assert acting(guide).post(url, form).status_code == 422
    alone = form | {"info_types": [InfoType.HEALTH.value]}
    assert acting(guide).post(f"{url}?om=halsa", alone).status_code == 302
    assert Consent.objects.get().info_type == InfoType.HEALTH
    with pytest.raises(consents.AskedAlone):
        consents.record_consent(
            participant=robin_person,
            by=guide,
            submission_id=uuid4(),
            receiver=social,
            info_types=[InfoType.MONEY, InfoType.PLAN],
            purpose="WORK",
            given="PAPER",
            witness="",
            until=timezone.localdate(),
        )


def test_the_database_lets_no_yes_last_longer_than_a_year(robin_person):
    with pytest.raises(IntegrityError, match="twelve_months"), transaction.atomic():
        ConsentFactory(participant=robin_person, valid_until=timezone.now() + timedelta(days=367))


def test_two_of_a_kind_never_hold_at_once_and_a_new_yes_goes_on_from_the_old(
    acting, guide, robin, robin_person, social, question
):
    old = ConsentFactory(participant=robin_person, receiver=social)
    with pytest.raises(IntegrityError, match="one_yes_of_a_kind"), transaction.atomic():
        ConsentFactory(participant=robin_person, receiver=social)
    acting(robin).post(answer_url(question), {"answer": "YES"})
    new = Consent.objects.in_force().get()
    old.refresh_from_db()
    assert old.withdrawn_at == new.valid_from
    assert "Jaet togs tillbaka" not in acting(robin).get(reverse(WHO_SEES)).text


def test_the_words_of_a_version_in_use_are_never_changed():
    """A changed text is a new version; a new version adds its line here."""
    frozen = {1: "9b763aa865edca09"}
    held = {
        number: hashlib.sha256(repr(sorted(one.items())).encode()).hexdigest()[:16]
        for number, one in consent_words.versions().items()
    }
    assert held == frozen


@pytest.mark.parametrize("sharing", ["PUSH", "CONSENTED_VIEW"])
@pytest.mark.parametrize("kind", InfoType)
def test_every_question_can_be_put_into_words(sharing, kind):
    said = consent_words.words(
        consent_words.latest(),
        sharing=sharing,
        info_type=kind,
        purpose="WORK",
        receiver="Socialförvaltningen",
        last_day=timezone.localdate(),
    )
    assert "{" not in f"{said.question} {said.points}"
    assert all(len(text.split()) < 40 for _, text in said.points)
