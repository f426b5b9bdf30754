"""An employer reads a card of one placement, in the person's words, and nothing before the yes."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from employers.models import EmployerCard
from employers.services import cards
from employers.services.placements import change_placement, end_placement
from participants.models import ConsentGiven, Protection, Step
from participants.services import protection
from participants.services.closing import ClosingReason, close_person
from portal.models import Access, AuditEvent, Ground
from portal.permissions import Role
from tests.factories import DepartmentFactory, EmployerFactory, UnitFactory

DAY = timedelta(days=1)
ROOM = "employers:workplace"
WAITS = "Du får namnet när personen har sagt ja."


@pytest.fixture
def company(db):
    return DepartmentFactory(name="Norra Hamnens Lager AB", kind="COMPANY")


@pytest.fixture
def employer(labour, company):
    """The company of the register is one that has accounts here."""
    return EmployerFactory(name="Norra Hamnens Lager AB", owner=labour, organisation=company)


@pytest.fixture
def erik(member, company):
    warehouse = UnitFactory(parent=company, name="Lagret i hamnen")
    return member(Role.EMPLOYER_CONTACT, warehouse, first_name="Erik", last_name="Dahl")


@pytest.fixture
def packing(place, coach):
    """Robin packs goods; Petra supports at the workplace."""
    return place(supporter=coach.membership, hours_per_week=8)


@pytest.fixture
def to(packing):
    """The addresses of this placement's card."""
    names = ("card_show", "card_record", "card_ask", "placement_detail")
    return SimpleNamespace(
        **{one: reverse(f"employers:{one}", args=[packing.public_id]) for one in names}
    )


@pytest.fixture
def shown(packing, robin):
    """Robin has said yes."""
    return cards.show_card(
        placement=packing,
        by=robin,
        given=ConsentGiven.PORTAL,
        until=timezone.localdate() + 60 * DAY,
        first_name="Robban",
        days="Måndagar 9 till 12",
        tasks="Packa varor",
        adjustments="En lugn plats att äta på.",
    )


def filled(**answers):
    return {
        "first_name": "Robban",
        "days": "Måndagar 9 till 12",
        "tasks": "",
        "adjustments": "",
        "until": timezone.localdate() + 60 * DAY,
    } | answers


def of(card, act):
    return reverse(f"employers:{act}", args=[card.public_id])


def words(answer):
    return " ".join(answer.text.split())


def test_before_anybody_asks_erik_sees_nothing(acting, erik, packing):
    page = words(acting(erik).get(reverse(ROOM)))
    assert "Just nu visas ingen här." in page
    assert not AuditEvent.objects.filter(user_id=erik.user_id, act="LIST").exists()


def test_a_question_tells_erik_that_a_place_is_on_its_way_and_no_name(
    acting, erik, coach, robin, robin_person, to
):
    assert acting(coach).post(to.card_ask).status_code == 302
    page = words(acting(erik).get(reverse(ROOM)))
    assert "En plats är på gång" in page
    assert WAITS in page
    for told in ("Robin", "Almqvist", "Packa"):
        assert told not in page
    mine = words(acting(robin).get(reverse("participants:who_sees")))
    assert "Petra undrar: vad får de se av dig?" in mine
    assert not AuditEvent.objects.filter(user_id=erik.user_id, act="LIST").exists()


def test_what_robin_says_yes_to_is_all_that_erik_reads(acting, erik, robin, packing, to):
    browser = acting(robin)
    form = browser.get(to.card_show).text
    assert 'value="Robin"' in form
    assert "Packa varor" in form
    assert "8 timmar i veckan" in form
    own = "Jag behöver en lugn plats att äta på."
    assert browser.post(to.card_show, filled(adjustments=own)).status_code == 302
    page = words(acting(erik).get(reverse(ROOM)))
    for told in ("Robban", "Måndagar 9 till 12", own, "Petra Nyman", "070-174 06 05"):
        assert told in page
    for kept in (
        "Robin",
        "Almqvist",
        "Packa varor",
        "Praktik",
        packing.get_kind_display(),
        "Guiderna",
    ):
        assert kept not in page


def test_a_no_is_kept_and_left_in_peace(acting, erik, coach, robin, to):
    asking = acting(coach)
    asking.post(to.card_ask)
    acting(robin).post(of(EmployerCard.objects.get(), "card_take_back"))
    assert WAITS not in words(acting(erik).get(reverse(ROOM)))
    asking.post(to.card_ask)
    assert EmployerCard.objects.standing().count() == 0
    EmployerCard.objects.update(taken_back_at=timezone.now() - 31 * DAY)
    asking.post(to.card_ask)
    assert EmployerCard.objects.standing().count() == 1


def test_robin_stops_showing_on_the_next_request_from_the_page_of_who_sees(
    acting, erik, robin, shown
):
    browser, there = acting(robin), acting(erik)
    assert "Robban" in there.get(reverse(ROOM)).text
    mine = words(browser.get(reverse("participants:who_sees")))
    assert "Norra Hamnens Lager AB" in mine
    assert of(shown, "card_take_back") in mine
    browser.post(of(shown, "card_take_back"))
    assert "Robban" not in there.get(reverse(ROOM)).text
    assert there.post(of(shown, "call_ask")).status_code == 404
    mine = words(browser.get(reverse("participants:who_sees")))
    assert "Nu ser Norra Hamnens Lager AB inget om dig." in mine
    assert "Arbetsgivare ser inget förrän du säger ja." in mine


def test_a_card_is_not_read_after_its_last_day(acting, erik, shown):
    EmployerCard.objects.update(until=timezone.now())
    assert "Robban" not in acting(erik).get(reverse(ROOM)).text
    assert acting(erik).post(of(shown, "call_ask")).status_code == 404


def test_a_yes_in_speech_needs_a_witness_and_is_never_said_by_a_colleague_as_robins_own(
    acting, coach, erik, robin, packing, to
):
    browser = acting(coach)
    spoken = filled(given="SPEECH", witness="")
    assert browser.post(to.card_record, spoken).status_code == 422
    assert browser.post(to.card_record, spoken | {"given": "PORTAL"}).status_code == 422
    assert browser.post(to.card_record, spoken | {"witness": "Samira"}).status_code == 302
    assert "Robban" in acting(erik).get(reverse(ROOM)).text
    held = EmployerCard.objects.get()
    assert (held.given, held.witness) == ("SPEECH", "Samira")
    with pytest.raises(cards.NotTheirs):
        cards.show_card(
            placement=packing,
            by=coach,
            given=ConsentGiven.PORTAL,
            until=timezone.localdate(),
            first_name="Robin",
        )


@pytest.mark.parametrize("days", [-1, 366])
def test_the_last_day_is_from_today_to_a_year(acting, robin, to, days):
    answers = filled(until=timezone.localdate() + days * DAY)
    assert acting(robin).post(to.card_show, answers).status_code == 422


def test_another_company_and_erik_in_another_role_see_nothing(acting, member, erik, shown, company):
    other = member(Role.EMPLOYER_CONTACT, UnitFactory())
    colleague = member(Role.GUIDE, erik.membership.unit)
    assert "Robban" not in acting(other).get(reverse(ROOM)).text
    for somebody in (other, colleague):
        for act in ("call_ask", "card_take_back"):
            assert acting(somebody).post(of(shown, act)).status_code == 404


def test_erik_reaches_his_room_and_nothing_behind_it(acting, erik, shown, to, robin_person):
    browser = acting(erik)
    assert browser.get("/").url == reverse(ROOM)
    for url in (
        to.placement_detail,
        to.card_show,
        to.card_record,
        reverse("person_record", args=[robin_person.public_id]),
    ):
        assert browser.get(url).status_code == 404
    assert browser.post(of(shown, "card_take_back")).status_code == 403
    assert browser.get(reverse("employers:employer_list")).status_code == 403
    assert not Access.objects.filter(user_id=erik.user_id).exists()


def test_each_look_is_a_line_on_the_ground_of_the_yes_and_robin_reads_it(
    acting, erik, robin, shown
):
    acting(erik).get(reverse(ROOM))
    line = AuditEvent.objects.get(act="LIST", subject="employercard")
    assert (line.participants, line.ground) == ([shown.participant_id], Ground.CONSENT)
    page = words(acting(robin).get(reverse("log:who_looked")))
    assert "läste det som du visar på jobbet" in page
    assert "du har sagt ja" in page


def test_erik_asks_for_a_call_and_petra_has_one_step_the_next_working_day(
    acting, erik, coach, robin, shown, time_machine
):
    time_machine.move_to("2037-11-27 10:00+01:00")  # a Friday, and ahead of the database
    EmployerCard.objects.update(until=timezone.now() + 9 * DAY)
    browser = acting(erik)
    assert "Petra ringer dig" in browser.post(of(shown, "call_ask"), follow=True).text
    browser.post(of(shown, "call_ask"))
    step = Step.objects.get()
    assert step.text == "Ring Erik Dahl på Norra Hamnens Lager AB"
    assert (f"{step.due_on}", step.assignee) == ("2037-11-30", coach.membership)
    assert step.owner_id == shown.owner_id
    assert Step.objects.visible_to(coach).exists()
    assert step.text in acting(robin).get(reverse("participants:my_plan")).text


def test_samira_calls_when_petra_has_left_the_team_and_somebody_else_s_number_when_all_have(
    acting, erik, coach, guide, robin_person, shown
):
    browser = acting(erik)
    robin_person.team_members.filter(membership=coach.membership).update(ended_at=timezone.now())
    assert "Samira ringer dig" in browser.post(of(shown, "call_ask"), follow=True).text
    assert Step.objects.get().assignee == guide.membership
    guide.membership.ended_at = timezone.now()
    guide.membership.save(update_fields=["ended_at"])
    page = browser.post(of(shown, "call_ask"), follow=True).text
    assert "Ingen kan ringa dig just nu. Ring 040-" in page


def test_another_supporter_stands_on_the_card_and_one_who_has_left_is_not_rung(
    acting, erik, guide, packing, shown
):
    packing.refresh_from_db()
    change_placement(
        placement=packing, by=guide, version=packing.version, supporter=guide.membership
    )
    assert "Samira Lund" in acting(erik).get(reverse(ROOM)).text
    guide.membership.ended_at = timezone.now()
    guide.membership.save(update_fields=["ended_at"])
    page = acting(erik).get(reverse(ROOM)).text
    assert "Samira" not in page
    assert "040-628\xa004\xa000" in page


def test_the_end_of_the_place_or_of_the_support_takes_the_card_back(
    acting, erik, guide, packing, robin, robin_person, shown
):
    packing.refresh_from_db()
    ended = {"ended_on": timezone.localdate(), "end_reason": "PERIOD_OVER", "led_to_job": "NO"}
    end_placement(placement=packing, by=guide, **ended)
    assert "Robban" not in acting(erik).get(reverse(ROOM)).text
    with pytest.raises(cards.NothingToShow):
        cards.ask(placement=packing, by=guide)
    EmployerCard.objects.update(taken_back_at=None)
    close_person(participant=robin_person, by=guide, reason=ClosingReason.ARRIVED)
    assert "Robban" not in acting(erik).get(reverse(ROOM)).text


def test_protection_takes_the_card_back_and_lets_no_new_one_be_made(
    acting, erik, coach, guide, manager, packing, robin_person, shown, to
):
    protection.set_protection(
        participant=robin_person,
        protection=Protection.MARKED,
        alias="Alex",
        reason="Hotbild enligt polisen",
        named=[guide.membership],
        by=manager,
    )
    assert "Robban" not in acting(erik).get(reverse(ROOM)).text
    acting(guide).post(to.card_ask)
    acting(guide).post(to.card_record, filled(given="PAPER", witness=""))
    assert not EmployerCard.objects.standing().exists()
