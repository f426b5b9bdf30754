"""The week on paper: open to all without a name, and one's own after a question."""

import pytest
import time_machine

from activities import paper
from activities.models import Contract, Session
from portal.models import AuditEvent
from portal.sessions import How
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    SessionFactory,
    SignUpFactory,
    at,
)
from tests.conftest import signed_in
from tests.factories import StepFactory

pytestmark = pytest.mark.django_db
NOW = at("2030-03-12", "10.20")  # a Tuesday
EVERYBODYS, MINE = "/vecka/utskrift/", "/vecka/min/utskrift/"


@pytest.fixture(autouse=True)
def tuesday_morning(robin):
    with time_machine.travel(NOW, tick=False):
        yield


def opens(name, day, starts, ends, **activity):
    made = ActivityFactory(name=name, **activity)
    return SessionFactory(activity=made, starts_at=at(day, starts), ends_at=at(day, ends))


def test_anybody_takes_the_week_from_the_wall_without_signing_in(client):
    opens("Kaffe", "2030-03-12", "10.00", "16.00", thresholds=["SOBER"])
    opens("Datorhjälp", "2030-03-13", "13.00", "15.00", sign_up=True, seats=4)
    page = client.get(EVERYBODYS).text
    order = [
        page.index(said) for said in ("Tisdag<br>12 mars", "Onsdag<br>13 mars", "Måndag<br>18 mars")
    ]
    assert order == sorted(order)
    for said in ("10.00–16.00", "Kaffe", "Nykter på plats", "Anmäl dig först", "040-628"):
        assert said in page
    assert '<svg class="qr"' in page


def test_an_evening_is_marked_by_a_word(client):
    opens("Kvällsfika", "2030-03-14", "17.30", "20.00")
    opens("Kaffe", "2030-03-14", "15.30", "18.00")
    page = client.get(EVERYBODYS).text
    assert page.count("<em>Kväll</em>") == 1


def test_a_place_that_the_name_tells_is_not_told_twice(client):
    opens("Kväll på Corner", "2030-03-14", "17.30", "20.00", place__name="Corner")
    page = client.get(EVERYBODYS).text
    assert "<strong>Kväll på Corner</strong>. Exempelgatan\N{NO-BREAK SPACE}" in page


def test_what_nobody_may_just_come_to_is_not_on_the_wall(client):
    opens("Corner", "2030-03-13", "9.00", "17.00", contract=Contract.SCHEDULE)
    opens("Huset", "2030-03-13", "9.00", "17.00", contract=Contract.MEMBER)
    off = opens("Inställt", "2030-03-13", "9.00", "17.00")
    Session.objects.filter(pk=off.pk).update(cancelled_at=NOW, cancel_reason="WEATHER")
    page = client.get(EVERYBODYS).text
    assert "Corner" not in page
    assert "Huset" not in page
    assert "Inställt" not in page
    assert page.count("Inget som är öppet för alla.") == 7


def test_a_crowded_week_has_something_of_each_day_and_evening_and_tells_of_the_rest(client):
    for day in range(12, 19):
        for number in range(15):
            opens(f"Kafé {number}", f"2030-03-{day}", "10.00", f"{12 + number % 4}.00")
        opens("Kvällsfika", f"2030-03-{day}", "18.00", "20.00")
    sheet = paper.public(NOW)
    assert sum(day.height for day in sheet) <= paper.LINES
    for day in sheet:
        assert any(line.is_evening for line in day.lines)
        assert len(day.lines) + day.more == 16
    assert f"och {sheet[0].more} till" in client.get(EVERYBODYS).text


def test_a_crowded_week_costs_as_many_queries_as_an_empty_one(client, queries_of):
    empty = queries_of(client, EVERYBODYS)
    for number in range(40):
        opens(f"Kafé {number}", "2030-03-13", "10.00", "12.00")
    assert queries_of(client, EVERYBODYS) == empty <= 2


@pytest.mark.parametrize("long", ["Å" * 120, "två ord " * 14])
def test_the_longest_names_still_leave_one_page(long):
    for day in range(12, 19):
        for _ in range(4):
            opens(long[:120], f"2030-03-{day}", "10.00", "16.00", thresholds=["SOBER", "DECISION"])
    assert sum(day.height for day in paper.public(NOW)) <= paper.LINES


@pytest.fixture
def robins_week(robin_person):
    StepFactory(participant=robin_person, text="Ring verkstaden", due_on=NOW.date())
    bike = opens("Cykelverkstad", "2030-03-14", "13.00", "15.00")
    SignUpFactory(session=bike, participant=robin_person)
    opens("Gatulaget", "2030-03-14", "13.00", "15.00")
    corner = opens("Corner", "2030-03-13", "9.00", "12.00", contract=Contract.SCHEDULE)
    EnrolmentFactory(
        participant=robin_person, activity=corner.activity, weekdays=[2], started_on=NOW.date()
    )


def test_robin_is_asked_whose_printer_it_is(acting, robin, robins_week):
    page = acting(robin).get(MINE).text
    assert "Skriver du ut på en delad skrivare?" in page
    assert "Cykelverkstad" not in page


def test_robin_s_own_printer_gives_times_contact_and_next_step(acting, robin, robins_week):
    page = acting(robin).get(f"{MINE}?skrivare=egen").text
    for said in ("Corner", "Cykelverkstad", "Ring verkstaden", "Samira Lund", "070-174"):
        assert said in page
    assert "Gatulaget" not in page
    line = AuditEvent.objects.latest("pk")
    assert (line.act, line.subject, line.role) == ("VIEW", "today", "PARTICIPANT")


def test_on_a_shared_printer_neither_contact_nor_step_is_on_the_sheet(acting, robin, robins_week):
    page = acting(robin).get(f"{MINE}?skrivare=delad").text
    sheet = page[page.index('class="sheet-head"') : page.index("</main>")]
    assert "Cykelverkstad" in sheet
    for said in ("Ring verkstaden", "Samira", "Robin"):
        assert said not in sheet
    assert "040-628" in sheet


def test_whom_a_card_has_let_in_prints_times_alone(robin, robins_week):
    page = signed_in(robin, how=How.CARD).get(f"{MINE}?skrivare=egen").text
    assert "Cykelverkstad" in page
    assert "Ring verkstaden" not in page


def test_a_cancelled_time_is_not_printed(acting, robin, robins_week):
    Session.objects.update(cancelled_at=NOW, cancel_reason="WEATHER")
    page = acting(robin).get(f"{MINE}?skrivare=egen").text
    assert "Cykelverkstad" not in page[page.index('class="sheet-head"') :]
