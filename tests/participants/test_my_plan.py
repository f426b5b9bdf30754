"""*Min plan* and *Kontakt*, as the person meets them."""

from datetime import timedelta
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone

from participants.models import Goal, Step
from portal.permissions import Role
from tests.factories import ContactFactory, StepFactory, TeamMemberFactory


def test_robin_reads_own_steps_and_what_is_written_for_robin(acting, robin, robin_person, guide):
    StepFactory(participant=robin_person, text="Besök Corner")
    ContactFactory(participant=robin_person, author=guide.user, text="Bra att du ringde!")
    page = acting(robin).get(reverse("participants:my_plan")).text
    assert "Besök Corner" in page
    assert "Bra att du ringde!" in page


def test_an_empty_plan_is_fine(acting, robin):
    page = acting(robin).get(reverse("participants:my_plan")).text
    assert "Du har inget inplanerat. Det är okej." in page


def test_robin_finishes_a_step_and_takes_it_back(acting, robin, robin_person):
    step = StepFactory(participant=robin_person)
    browser = acting(robin)
    page = browser.post(reverse("participants:step_finish", args=[step.public_id]), follow=True)
    assert "Klart: Ring verkstaden. Bra gjort!" in page.text
    assert not Step.objects.open().exists()
    browser.post(reverse("participants:step_reopen", args=[step.public_id]))
    assert Step.objects.open().get() == step


def test_a_step_cannot_be_reopened_after_ten_minutes(acting, robin, robin_person):
    then = timezone.now() - timedelta(minutes=11)
    step = StepFactory(participant=robin_person, finished_at=then, finished_by=robin.user)
    url = reverse("participants:step_reopen", args=[step.public_id])
    page = acting(robin).post(url, follow=True)
    assert "Det går att ångra i tio minuter." in page.text
    assert not Step.objects.open().exists()


def test_two_finish_the_same_step_and_both_get_a_kind_answer(acting, robin, guide, robin_person):
    step = StepFactory(participant=robin_person)
    url = reverse("participants:step_finish", args=[step.public_id])
    acting(guide).post(url)
    page = acting(robin).post(url, follow=True)
    assert "Steget var redan klart." in page.text
    step.refresh_from_db()
    assert step.finished_by == guide.user


def test_robin_adds_a_step_and_has_taken_one(acting, robin):
    browser = acting(robin)
    browser.post(reverse("participants:my_step_write"), {"submission_id": uuid4(), "text": "Gå ut"})
    browser.post(
        reverse("participants:my_step_done"), {"submission_id": uuid4(), "text": "Ringde själv"}
    )
    assert Step.objects.open().get().text == "Gå ut"
    assert Step.objects.get(text="Ringde själv").finished_by == robin.user


def test_a_late_step_asks_for_a_new_day_without_blame(acting, robin, robin_person):
    StepFactory(participant=robin_person, due_on=timezone.localdate() - timedelta(days=3))
    page = acting(robin).get(reverse("participants:my_plan")).text
    assert "Ny tid? Säg till." in page
    assert "Försenat" not in page


def test_robin_moves_a_step_that_does_not_suit(acting, robin, robin_person):
    step = StepFactory(participant=robin_person)
    day = timezone.localdate() + timedelta(days=20)
    url = reverse("participants:step_move", args=[step.public_id])
    acting(robin).post(url, {"due_on": day})
    step.refresh_from_db()
    assert step.due_on == day
    past = acting(robin).post(url, {"due_on": "2020-01-01"})
    assert "Välj i dag eller en senare dag." in past.text


def test_robin_writes_a_goal_and_then_another(acting, robin):
    url = reverse("participants:my_goal")
    for text in ("Jobba med cyklar", "Jobba ute"):
        acting(robin).post(url, {"submission_id": uuid4(), "text": text})
    assert Goal.objects.current().get().text == "Jobba ute"
    assert Goal.objects.count() == 2


def test_robin_finds_the_one_contact_with_a_number_to_ring(acting, robin):
    page = acting(robin).get(reverse("participants:my_contact")).text
    assert "Samira Lund" in page
    assert 'href="tel:+46-70-174-06-05"' in page
    assert "Jag vill byta kontakt" in page


def test_robin_cannot_reach_somebody_elses_step(acting, robin):
    other = StepFactory()
    answer = acting(robin).post(reverse("participants:step_finish", args=[other.public_id]))
    assert answer.status_code == 404
    assert Step.objects.open().get() == other


def test_a_colleague_has_no_plan_of_their_own(acting, guide):
    assert acting(guide).get(reverse("participants:my_plan")).status_code == 403


def test_the_plan_shows_five_steps_at_most_and_folds_what_is_done(
    acting, robin, robin_person, guide
):
    for number in range(7):
        StepFactory(participant=robin_person, text=f"Sen {number}")
    then = timezone.now() - timedelta(days=2)
    for number in range(5):
        StepFactory(
            participant=robin_person,
            text=f"Gjort {number}",
            finished_at=then,
            finished_by=guide.user,
        )
    browser = acting(robin)
    page = browser.get(reverse("participants:my_plan")).text
    shown, _summary, folded = page.partition("Det här har jag gjort")
    assert shown.count('<span class="state">') == 5
    assert shown.index("Jag har gjort ett steg") < shown.index('class="steps card"')
    assert folded.count("✓ Klart") == 5
    assert "<details" in shown[-200:]
    assert "Visa fler steg" in page
    assert browser.get(reverse("participants:my_plan"), {"visa": "allt"}).text.count("Sen ") >= 7


def test_a_step_just_done_stays_in_sight_with_its_undo(acting, robin, robin_person):
    for number in range(5):
        StepFactory(participant=robin_person, text=f"Sen {number}")
    step = StepFactory(participant=robin_person, text="Ring", due_on=timezone.localdate())
    browser = acting(robin)
    browser.post(reverse("participants:step_finish", args=[step.public_id]))
    page = browser.get(reverse("participants:my_plan")).text
    assert "Det här har jag gjort" not in page
    assert "Ångra<" in page
    assert page.count('<span class="state">') == 5


def test_day_and_colleague_of_a_step_are_two_sentences(acting, robin, robin_person, guide):
    day = timezone.localdate() + timedelta(days=1)
    StepFactory(participant=robin_person, due_on=day, assignee=guide.membership)
    assert "I morgon. Samira gör det." in acting(robin).get(reverse("participants:my_plan")).text


def test_robin_reads_what_each_colleague_reads(acting, robin, robin_person, job_coach, member):
    TeamMemberFactory(participant=robin_person, membership=job_coach.membership)
    ours = member(Role.CASE_MANAGER, first_name="Ali", last_name="Ek")
    TeamMemberFactory(participant=robin_person, membership=ours.membership)
    page = acting(robin).get(reverse("participants:who_sees")).text
    petra, ali = (page[page.index(name) :][:600] for name in ("Petra Nyman", "Ali Ek"))
    assert "Läser din plan, dina aktiviteter, dina arbetsplatser" in petra
    assert "Läser inget om hälsa eller pengar." in petra
    assert "Läser din plan" in ali
    assert "Läser inget om" not in ali
