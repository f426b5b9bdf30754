"""*Gå med mig*: one tap asks, a peer says yes, and nobody is left without somebody to ring."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from activities import tasks
from activities.models import CancelReason, CompanyWish, EndReason, SignUp
from activities.models.company import in_time
from activities.notifications.accompanying import COMPANY_HANDED_ON, COMPANY_LET_GO, COMPANY_NEWS
from activities.notifications.sessions import SESSION_CANCELLED
from activities.services import company, sessions
from activities.services.taking_part import end_enrolment
from participants.models import Protection, Step
from participants.services import protection
from participants.services.closing import ClosingReason, close_person
from portal.models import AuditEvent
from portal.permissions import Role
from portal.reminders import planning
from portal.reminders.kinds import participant, staff
from portal.reminders.models import Reminder
from tests.activities.factories import (
    AttendanceFactory,
    CompanyWishFactory,
    SessionFactory,
    SignUpFactory,
    at,
)
from tests.conftest import actor_of
from tests.factories import MembershipFactory, ParticipantFactory, PeerFactory, StepFactory

HOUR = timedelta(hours=1)
STOCKHOLM = ZoneInfo("Europe/Stockholm")
LIST = "activities:company_list"
MORNING = at(timezone.localdate() + timedelta(days=1), "9.00")


@pytest.fixture
def nine_in_the_morning(time_machine):
    """Tomorrow at nine, so that two hours of the day are left whenever this runs."""
    time_machine.move_to(MORNING)


@pytest.fixture
def jonas(db):
    """Jonas has been where Robin is, and has signed the pledge."""
    return actor_of(PeerFactory(user__first_name="Jonas", user__last_name="Frisk"))


@pytest.fixture
def mona(db):
    return actor_of(PeerFactory(user__first_name="Mona", role=Role.VOLUNTEER))


@pytest.fixture
def cafe(kampen, robin_person, nine_in_the_morning):
    """Coffee at two, to which Robin means to come."""
    session = SessionFactory(activity=kampen, starts_at=MORNING + 5 * HOUR)
    SignUpFactory(session=session, participant=robin_person)
    return session


@pytest.fixture
def asked(cafe, robin_person):
    return CompanyWishFactory(session=cafe, participant=robin_person)


@pytest.fixture
def promised(cafe, robin_person, jonas):
    return CompanyWishFactory(session=cafe, participant=robin_person, companion=jonas.membership)


def press(browser, name, session, **sent):
    return browser.post(reverse(f"activities:{name}", args=[session.pk]), sent, follow=True)


def planned(kind, wish):
    found = Reminder.objects.open().filter(kind=kind.code, subject_id=wish.pk)
    return {(one.recipient_kind, one.recipient_id) for one in found}


def to(recipient):
    return {(recipient.kind, recipient.pk)}


def main_of(answer):
    return answer.text.split("<main")[1].split("</main>")[0]


@pytest.mark.django_db
def test_robin_asks_with_one_tap_and_reads_that_it_is_not_certain(acting, robin, cafe):
    browser = acting(robin)
    assert "Gå med mig" in main_of(browser.get(reverse("activities:today")))
    page = main_of(press(browser, "company_ask", cafe))
    assert "Vi har frågat om någon kan gå med dig." in page
    assert "Det är inte säkert" in page
    press(browser, "company_ask", cafe)
    wish = CompanyWish.objects.get()
    assert (wish.first_name, wish.membership, wish.answer) == ("", None, "")
    for where in (reverse("activities:today"), cafe.activity.get_absolute_url()):
        assert "Vi har frågat om någon kan gå med dig." in main_of(browser.get(where))
    press(browser, "my_company_end", cafe)
    assert "Gå med mig" in main_of(browser.get(cafe.activity.get_absolute_url()))


@pytest.mark.django_db
def test_who_asks_for_company_to_something_open_to_all_means_to_come(
    acting, robin, kampen, nine_in_the_morning
):
    session = SessionFactory(activity=kampen, starts_at=MORNING + 3 * HOUR)
    assert "Gå med mig" in main_of(acting(robin).get(kampen.get_absolute_url()))
    press(acting(robin), "company_ask", session)
    assert SignUp.objects.standing().filter(session=session).exists()
    assert CompanyWish.objects.standing().filter(session=session).exists()


@pytest.mark.django_db
def test_before_the_yes_jonas_sees_activity_place_and_time_and_nobody(acting, jonas, asked, cafe):
    asked.words = "Vid kiosken, röd mössa"
    asked.save(update_fields=["words"])
    page = main_of(acting(jonas).get(reverse(LIST)))
    assert cafe.activity.name in page
    assert cafe.activity.place.address in page
    assert "14.00" in page
    for said in ("Robin", "Almqvist", "mössa"):
        assert said not in page
    assert not AuditEvent.objects.filter(subject="company").exists()


@pytest.mark.django_db
def test_after_the_yes_both_know_a_first_name_until_it_is_over(
    acting, jonas, robin, robin_person, asked, cafe, time_machine
):
    press(acting(robin), "my_company", cafe, meeting="STOP", words="Jag har röd mössa")
    page = main_of(press(acting(jonas), "company_promise", cafe))
    assert "Robin" in page
    assert "Almqvist" not in page
    assert "Vid hållplatsen. Jag har röd mössa" in page
    assert planned(COMPANY_NEWS, asked) == to(participant(robin_person.pk))
    for where in (reverse("activities:today"), cafe.activity.get_absolute_url()):
        assert "Jonas går med dig." in main_of(acting(robin).get(where))
    page = main_of(acting(robin).get(reverse("activities:my_company", args=[cafe.pk])))
    assert "Jonas är kamratstödjare hos" in page
    who_sees = main_of(acting(robin).get(reverse("participants:who_sees")))
    assert "Den som går med dig ser ditt förnamn och var ni möts." in who_sees
    looked = main_of(acting(robin).get(reverse("log:who_looked")))
    assert "läste ditt förnamn och var ni ses" in looked
    time_machine.move_to(cafe.ends_at)
    assert "Robin" not in main_of(acting(jonas).get(reverse(LIST)))


@pytest.mark.django_db
def test_others_see_nothing_of_what_jonas_has_promised(acting, promised, mona, guide, leader, cafe):
    assert "Robin" not in main_of(acting(mona).get(reverse(LIST)))
    page = press(acting(mona), "company_promise", cafe)
    assert "Någon annan hann före" in page.text
    press(acting(mona), "company_give_back", cafe)
    assert CompanyWish.objects.promised().get() == promised
    for colleague in (guide, leader, mona):
        assert not CompanyWish.objects.visible_to(colleague).exists()


@pytest.mark.django_db
def test_jonas_takes_the_yes_back_and_the_question_is_open_again(
    acting, jonas, mona, promised, cafe, robin_person
):
    assert "Vi säger till personen" in press(acting(jonas), "company_give_back", cafe).text
    assert planned(COMPANY_NEWS, promised) == to(participant(robin_person.pk))
    promised.refresh_from_db()
    assert (promised.membership, promised.first_name) == (None, "")
    assert "Robin" in main_of(press(acting(mona), "company_promise", cafe))


@pytest.mark.django_db
def test_robin_says_no_to_jonas_who_is_told_and_not_asked_again(
    acting, robin, jonas, mona, promised, cafe
):
    page = press(acting(robin), "my_company_refuse", cafe)
    assert "Du behöver inte säga varför." in page.text
    assert planned(COMPANY_LET_GO, promised) == to(staff(jonas.user_id))
    assert cafe.activity.name not in main_of(acting(jonas).get(reverse(LIST)))
    assert "Någon annan hann före" in press(acting(jonas), "company_promise", cafe).text
    press(acting(robin), "my_company_end", cafe)
    press(acting(robin), "company_ask", cafe)
    assert "Någon annan hann före" in press(acting(jonas), "company_promise", cafe).text
    assert "Robin" in main_of(press(acting(mona), "company_promise", cafe))


@pytest.mark.django_db
def test_who_does_not_come_needs_no_company_and_jonas_is_told(acting, robin, jonas, promised, cafe):
    press(acting(robin), "sign_up_withdraw", cafe)
    promised.refresh_from_db()
    assert promised.ended_at
    assert planned(COMPANY_LET_GO, promised) == to(staff(jonas.user_id))
    assert "Robin" not in main_of(acting(jonas).get(reverse(LIST)))


@pytest.mark.django_db
def test_jonas_is_told_that_the_session_is_cancelled(promised, cafe, leader, jonas, robin_person):
    sessions.cancel_session(
        session=cafe, by=leader, now=timezone.now(), reason=CancelReason.STAFF_ILL
    )
    told = Reminder.objects.filter(kind=SESSION_CANCELLED.code).values_list("recipient_id", "kind")
    assert {pk for pk, _kind in told} == {jonas.user_id, robin_person.pk}


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["closed", "protected"])
def test_closed_and_protected_end_the_wish_and_jonas_is_told(
    how, promised, robin_person, guide, manager, jonas, acting
):
    if how == "closed":
        close_person(participant=robin_person, by=guide, reason=ClosingReason.ARRIVED)
    else:
        protection.set_protection(
            participant=robin_person,
            protection=Protection.MARKED,
            alias="Alex",
            reason="Hotbild enligt polisen",
            named=[guide.membership],
            by=manager,
        )
    assert "Robin" not in main_of(acting(jonas).get(reverse(LIST)))
    planning.sweep()
    assert planned(COMPANY_LET_GO, promised) == to(staff(jonas.user_id))


@pytest.mark.django_db
def test_protected_robin_finds_no_button_but_whom_to_ask(
    acting, robin, robin_person, guide, manager, cafe
):
    protection.set_protection(
        participant=robin_person,
        protection=Protection.MARKED,
        alias="Alex",
        reason="Hotbild enligt polisen",
        named=[guide.membership],
        by=manager,
    )
    page = main_of(acting(robin).get(reverse("activities:today")))
    assert "Gå med mig" not in page
    assert "Fråga din kontakt" in page
    assert "Prata med din kontakt om sällskap" in press(acting(robin), "company_ask", cafe).text
    assert not CompanyWish.objects.exists()


@pytest.mark.django_db
def test_nobody_in_time_means_an_honest_word_and_a_step_for_samira(
    acting, robin, robin_person, guide, asked, cafe, jonas, time_machine
):
    time_machine.move_to(cafe.starts_at - 2 * HOUR - timedelta(minutes=1))
    tasks.look_after_company()
    assert not Step.objects.exists()
    time_machine.move_to(cafe.starts_at - 2 * HOUR)
    tasks.look_after_company()
    tasks.look_after_company()
    step = Step.objects.get()
    assert step.text == "Samira hör av sig om sällskap till Kaffe och samtal"
    assert step.assignee == guide.membership
    assert planned(COMPANY_NEWS, asked) == to(participant(robin_person.pk))
    assert planned(COMPANY_HANDED_ON, asked) == to(staff(guide.user_id))
    page = main_of(acting(robin).get(reverse("activities:my_company", args=[cafe.pk])))
    assert "Ingen har sagt ja än." in page
    assert "Ring Samira" in page
    press(acting(jonas), "company_promise", cafe)
    assert not Step.objects.open().exists()
    assert not planned(COMPANY_HANDED_ON, asked)


@pytest.mark.parametrize(
    ("starts", "last"),
    [
        ("2026-12-01 14:00", "2026-12-01 12:00"),
        ("2026-12-01 09:00", "2026-11-30 19:00"),  # an hour of the morning, one of the evening
        ("2026-12-01 07:00", "2026-11-30 18:00"),
        ("2026-12-01 21:30", "2026-12-01 18:00"),
        ("2026-12-05 11:30", "2026-12-04 19:30"),  # a Saturday sleeps until ten
    ],
)
def test_two_hours_are_hours_of_the_day(starts, last):
    begins = datetime.fromisoformat(starts).replace(tzinfo=STOCKHOLM)
    assert in_time(begins) == datetime.fromisoformat(last).replace(tzinfo=STOCKHOLM)


@pytest.mark.django_db
def test_what_is_over_is_forgotten_with_its_step(robin_person):
    over, still = (
        SessionFactory(starts_at=timezone.now() - hours * HOUR) for hours in (5, 3)
    )  # four hours long
    for session in (over, still):
        step = StepFactory(participant=robin_person)
        CompanyWishFactory(session=session, participant=robin_person, step=step)
    tasks.lay_out_sessions()
    wish = CompanyWish.objects.get()
    assert wish.session == still
    assert Step.objects.open().get() == wish.step


@pytest.mark.django_db
def test_a_companion_who_works_here_no_more_leaves_the_question_open(promised, jonas, robin_person):
    jonas.membership.ended_at = timezone.now() - HOUR
    jonas.membership.save(update_fields=["ended_at"])
    tasks.look_after_company()
    promised.refresh_from_db()
    assert promised.membership is None
    assert planned(COMPANY_NEWS, promised) == to(participant(robin_person.pk))


@pytest.mark.django_db
def test_a_place_that_has_ended_leaves_nobody_waiting_for_robin(
    enrolled, robin_person, jonas, guide, workshop, nine_in_the_morning
):
    session = SessionFactory(activity=workshop, starts_at=MORNING + 5 * HOUR)
    wish = CompanyWishFactory(session=session, participant=robin_person, companion=jonas.membership)
    tasks.look_after_company()
    assert CompanyWish.objects.standing().exists()
    last = timezone.localdate() - timedelta(days=1)
    end_enrolment(enrolment=enrolled, by=guide, ended_on=last, reason=EndReason.OWN_WISH)
    tasks.look_after_company()
    assert not CompanyWish.objects.standing().exists()
    assert planned(COMPANY_LET_GO, wish) == to(staff(jonas.user_id))


@pytest.mark.django_db
def test_nobody_goes_along_with_themself(acting, robin_person, asked, cafe):
    beside = actor_of(PeerFactory(user=robin_person.user))
    assert cafe.activity.name not in main_of(acting(beside).get(reverse(LIST)))
    press(acting(beside), "company_promise", cafe)
    assert CompanyWish.objects.unanswered().exists()


@pytest.mark.django_db
def test_lars_says_whether_they_fetch_robin(acting, robin, robin_person, leader, jonas, kampen):
    kampen.pick_up = True
    kampen.save(update_fields=["pick_up"])
    known = SessionFactory(activity=kampen, starts_at=timezone.now() - 30 * HOUR)
    AttendanceFactory(session=known, participant=robin_person)  # who is new is seen on the day
    session = SessionFactory(activity=kampen, starts_at=timezone.now() + HOUR)
    browser, lars = acting(robin), acting(leader)
    assert "Hämta mig" in main_of(browser.get(kampen.get_absolute_url()))
    press(browser, "company_ask", session, hamta="")
    press(browser, "my_company", session, words="Exempelgatan 3, ring 070-174 06 05")
    door = main_of(lars.get(reverse("activities:session_door", args=[session.pk])))
    assert "Vill bli hämtade" in door
    assert "Exempelgatan 3, ring 070-174 06 05" in door
    assert kampen.name not in main_of(acting(jonas).get(reverse(LIST)))
    answer = reverse("activities:pick_up_answer", args=[session.pk, robin_person.public_id])
    page = reverse("activities:my_company", args=[session.pk])
    lars.post(answer, {"svar": "ja"})
    assert "De hämtar dig." in main_of(browser.get(page))
    lars.post(answer, {"svar": "nej"})
    refused = main_of(browser.get(page))
    assert "De kan inte hämta dig den här gången." in refused
    assert "Gå med mig" in refused
    press(browser, "company_ask", session)
    assert kampen.name in main_of(acting(jonas).get(reverse(LIST)))


@pytest.mark.django_db
def test_idag_costs_no_more_for_ten_wishes(acting, robin, robin_person, asked, queries_of, kampen):
    browser = acting(robin)
    page = reverse("activities:today")
    one = queries_of(browser, page)
    for hours in range(6, 15):
        session = SessionFactory(activity=kampen, starts_at=MORNING + hours * HOUR)
        SignUpFactory(session=session, participant=robin_person)
        CompanyWishFactory(session=session, participant=robin_person)
    assert queries_of(browser, page) == one <= 12


def promise(pair):
    """Say yes in a thread with a connection of its own."""
    session, peer = pair
    try:
        company.promise(session=session, by=peer, now=timezone.now())
    except company.SomebodyElse:
        return "late"
    finally:
        connection.close()
    return "yes"


@pytest.mark.django_db(transaction=True)
def test_eight_peers_at_once_and_two_who_want_company(kampen):
    session = SessionFactory(activity=kampen, starts_at=MORNING + 5 * HOUR)
    for _ in range(2):
        person = ParticipantFactory(main_contact=MembershipFactory())
        CompanyWishFactory(session=session, participant=person)
    peers = [actor_of(PeerFactory()) for _ in range(8)]
    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(promise, [(session, peer) for peer in peers]))
    assert sorted(answers) == ["late"] * 6 + ["yes"] * 2
    assert CompanyWish.objects.promised().values("membership").distinct().count() == 2
