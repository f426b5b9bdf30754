"""Steps: a day that is meant, done and taken back, signed by the one who did it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from participants.models import Step
from participants.services.plan import finish_step
from portal.templatetags.dates import short_day
from tests.factories import StepFactory, TeamMemberFactory


@pytest.fixture
def step(robin_person, guide):
    return StepFactory(participant=robin_person, author=guide.user)


@pytest.fixture
def record(robin_person):
    return reverse("person_record", args=[robin_person.public_id])


def test_a_guide_takes_klart_back_within_ten_minutes(acting, guide, step, record):
    browser = acting(guide)
    page = browser.post(reverse("participants:step_finish", args=[step.public_id]), follow=True)
    assert "Steget är klart: Ring verkstaden" in page.text
    assert "Bra gjort" not in page.text
    undo = reverse("participants:step_reopen", args=[step.public_id])
    assert f'action="{undo}"' in page.text
    page = browser.post(undo, follow=True)
    assert "Steget är öppet igen." in page.text
    assert Step.objects.open().get() == step


def test_after_ten_minutes_there_is_nothing_to_take_back(acting, guide, step, record):
    finish_step(step=step, by=guide)
    Step.objects.update(finished_at=timezone.now() - timedelta(minutes=11))
    assert "Ångra (10 minuter)" not in acting(guide).get(record).text


def test_nobody_is_offered_to_take_a_colleagues_klart_back(
    acting, guide, job_coach, step, robin_person, record
):
    TeamMemberFactory(participant=robin_person, membership=job_coach.membership)
    finish_step(step=step, by=guide)
    assert "Ångra (10 minuter)" not in acting(job_coach).get(record).text


def test_the_person_is_told_well_done(acting, robin, step):
    page = acting(robin).post(
        reverse("participants:step_finish", args=[step.public_id]), follow=True
    )
    assert "Bra gjort!" in page.text


def test_a_step_is_signed_by_the_one_who_finished_it(acting, guide, robin, step, record):
    finish_step(step=step, by=robin)
    words = acting(guide).get(record, {"visa": "steg"}).text
    done, new = words.index("Steg klart"), words.index("Nytt steg</strong>")
    assert "Robin Almqvist" in words[done - 300 : done]
    assert "Samira Lund" in words[new - 300 : new]


@pytest.mark.parametrize("name", ["step_write", "step_move"])
@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("9999-12-31", "Välj en dag inom 2 år."),
        ("2020-01-01", "Välj i dag eller en senare dag."),
    ],
)
def test_a_day_that_nobody_means_is_asked_about(
    acting, guide, step, robin_person, name, day, sentence
):
    one = step.public_id if name == "step_move" else robin_person.public_id
    form = {"submission_id": uuid4(), "text": "Ring igen", "doer": "ME", "due_on": day}
    answer = acting(guide).post(reverse(f"participants:{name}", args=[one]), form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert Step.objects.get().due_on == step.due_on


def test_a_colleague_stays_on_the_team_for_two_years_at_most(
    acting, guide, job_coach, robin_person
):
    url = reverse(
        "participants:team_member_add", args=[robin_person.public_id, job_coach.membership.pk]
    )
    form = {"submission_id": uuid4(), "reason": "Jobb", "planned_end_on": "9999-01-01"}
    assert "Välj en dag inom 2 år." in acting(guide).post(url, form).text


def test_a_short_day_says_its_year_when_it_is_another_one():
    today = date(2026, 11, 10)
    assert short_day(date(2026, 12, 3), today) == "tors 3/12"
    assert short_day(date(2027, 12, 3), today) == "fre 3/12 2027"


def test_a_step_next_year_says_the_year_in_record_and_list(acting, guide, step, record):
    Step.objects.update(due_on=date(timezone.localdate().year + 1, 12, 3))
    said = f"3/12 {timezone.localdate().year + 1}"
    assert said in acting(guide).get(record).text
    assert said in acting(guide).get(reverse("participants:person_list")).text


@pytest.mark.parametrize("name", ["my_goal", "my_step_write", "my_step_done"])
def test_a_text_that_is_too_long_comes_back_whole(acting, robin, robin_person, name):
    url = reverse(f"participants:{name}")
    long = "Jag vill jobba med cyklar. " * 380
    assert "maxlength" not in acting(robin).get(url).text
    answer = acting(robin).post(url, {"submission_id": uuid4(), "text": long})
    assert answer.status_code == 422
    assert "Korta texten till" in answer.text
    assert long.strip() in answer.text
