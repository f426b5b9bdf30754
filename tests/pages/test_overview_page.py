"""*Läget*: four figures in words, who has too many, and what waits for Karin to decide."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from employers.models import Placement
from participants.services.people import register_person
from portal.models import AuditEvent, Membership
from portal.pages.overview.figures import Shown, open_hours, shown
from portal.permissions import Role
from tests.activities.factories import ActivityFactory, SessionFactory, at
from tests.factories import (
    ContactFactory,
    DepartmentFactory,
    ParticipantFactory,
    PlacementFactory,
    StepFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
PAGE = "/laget/"


@pytest.fixture
def words(acting, manager, count):
    """Count, and read a page as Karin does: words(), words("guider/?visa=over")."""

    def read(path="", by=manager):
        count()
        answer = acting(by).get(PAGE + path)
        assert answer.status_code == 200
        return " ".join(answer.content.decode().split())

    return read


@pytest.fixture
def people():
    """Give a guide some people: people(guide, 3, silent_for=20, step=True)."""

    def make(guide, number, *, silent_for=1, step=True):
        for _ in range(number):
            person = ParticipantFactory(main_contact=guide.membership)
            at_that_time = timezone.now() - timedelta(days=silent_for)
            ContactFactory(participant=person, occurred_at=at_that_time)
            if step:
                StepFactory(participant=person)

    return make


def register(guide, name, days_ago=0):
    person = register_person(
        by=guide,
        submission_id=uuid4(),
        first_name=name,
        last_name="Strand",
        unit=guide.membership.unit,
        takes_it=False,
    )
    person.intakes.update(opened_at=timezone.now() - timedelta(days=days_ago))
    return person


def figure(number, said):
    return f"<b>{number}</b><span>{said}</span>"


class TestFourFigures:
    def test_karin_reads_how_it_is(self, words, people, guide, member):
        people(guide, 3)
        people(guide, 2, silent_for=20)
        people(member(Role.CASE_MANAGER), 1)
        register(guide, "Ida", days_ago=9)
        page = words()
        assert figure(6, "personer med guide") in page
        assert figure(1, "väntar, längst 9 dagar") in page
        assert figure(2, "utan kontakt på 14 dagar") in page

    def test_fourteen_days_ago_is_not_more_than_fourteen(self, words, people, guide):
        people(guide, 1, silent_for=14)
        people(guide, 1, silent_for=15)
        assert figure(1, "utan kontakt på 14 dagar") in words()

    def test_silence_grows_at_midnight_without_any_work(
        self, acting, manager, people, guide, count
    ):
        people(guide, 1, silent_for=14)
        count()
        with time_machine.travel(timezone.now() + timedelta(days=1)):
            page = acting(manager).get(PAGE).content.decode()
        assert figure(1, "utan kontakt på 14 dagar") in page

    def test_four_in_work_are_fewer_than_five_and_five_are_five(self, words, guide):
        for _ in range(4):
            place_of(guide)
        assert figure("färre än 5", "i arbete eller studier") in words()
        place_of(guide)
        assert figure(5, "i arbete eller studier") in words()

    def test_nobody_is_worked_out_of_a_unit_that_is_hidden(self, words, guide, member, labour):
        for _ in range(6):
            place_of(guide)
        place_of(member(Role.GUIDE, UnitFactory(parent=labour)))
        karin = member(Role.MANAGER, labour)
        assert figure("minst 6", "i arbete eller studier") in words(by=karin)

    def test_nobody_is_worked_out_of_a_kind_that_is_hidden(self, words, guide):
        for _ in range(6):
            place_of(guide)
        place_of(guide, kind="STUDIES")
        assert figure("minst 6", "i arbete eller studier") in words()

    def test_each_figure_says_how_it_is_counted(self, words, guide):
        page = words()
        for title in (
            "Personer med guide",
            "Väntar",
            "Utan kontakt på 14 dagar",
            "I arbete eller studier",
        ):
            assert f"<strong>{title}</strong>" in page


def place_of(guide, **fields):
    person = ParticipantFactory(main_contact=guide.membership)
    return PlacementFactory(participant=person, **{"kind": "ORDINARY", **fields})


class TestCaseloads:
    def test_guide_above_the_limit_is_seen_at_once(self, words, people, guide):
        Membership.objects.filter(pk=guide.membership.pk).update(caseload_limit=2)
        people(guide, 3)
        page = words()
        assert "Samira Lund har 3 personer, fler än 2. 1 av 1 guider har fler" in page
        assert "Samira Lund har 3 personer (högst 2)" in page
        assert "högst 2</text>" in page

    def test_caseload_of_a_guide_is_told_however_small(self, words, people, guide):
        people(guide, 1)
        assert '<th scope="row">Samira Lund</th><td class="n">1</td>' in words()

    def test_guide_with_nobody_yet_has_room(self, words, people, guide, member):
        people(guide, 1)
        member(Role.GUIDE, first_name="Johan", last_name="Berg")
        assert '<th scope="row">Johan Berg</th><td class="n">0</td>' in words()

    def test_persons_of_a_guide_who_has_left_wait_for_a_decision(self, words, people, guide):
        people(guide, 2)
        guide.membership.ended_at = timezone.now() - timedelta(minutes=1)
        guide.membership.save()
        page = words()
        assert "2 personer har en kontakt som har slutat" in page
        assert "Samira Lund, har slutat" in page
        assert "Har slutat</span>" in words("guider/?visa=slutat")

    def test_thirty_days_without_contact_is_a_list_of_its_own(self, words, people, guide, member):
        people(guide, 2, silent_for=40)
        people(member(Role.GUIDE, first_name="Johan", last_name="Berg"), 1, silent_for=20)
        assert "guider/?visa=tysta-30" in words()
        listed = words("guider/?visa=tysta-30")
        assert "De med flest personer utan kontakt först" in listed
        assert "Samira Lund" in listed
        assert "Johan Berg" not in listed
        assert "Johan Berg" in words("guider/?visa=tysta")

    def test_guides_are_shown_by_what_karin_asks_for(self, words, people, guide, member):
        people(guide, 2, silent_for=40, step=False)
        people(member(Role.GUIDE, first_name="Johan", last_name="Berg"), 1)
        page = words()
        assert "2 personer saknar nästa steg" in page
        assert "2 personer har inte haft kontakt på 30 dagar" in page
        for asked in ("utan-steg", "tysta"):
            listed = words(f"guider/?visa={asked}")
            assert "Samira Lund" in listed
            assert "Johan Berg" not in listed
        assert "Ingen guide här. Det är bra." in words("guider/?visa=over")


class TestDecisions:
    def test_names_of_those_who_wait_stand_in_the_log(self, words, guide, manager):
        ida = register(guide, "Ida", days_ago=3)
        page = words()
        assert "Ge 1 person en kontakt" in page
        assert "Ida Strand, har väntat 3 dagar" in page
        assert reverse("participants:main_contact_choose", args=[ida.public_id]) in page
        line = AuditEvent.objects.latest("pk")
        assert (line.user_id, line.act, line.participants) == (manager.user.pk, "LIST", [ida.pk])

    def test_no_other_name_of_a_person_is_shown(self, words, robin_person, people, guide):
        people(guide, 2, silent_for=60, step=False)
        for page in (words(), words("guider/"), words("guider/?visa=tysta")):
            assert "Robin" not in page
            assert not re.search(r"\bAlm\b", page)  # a token may hold the letters

    def test_six_who_wait_are_counted_and_five_are_named(self, words, guide):
        for number in range(6):
            register(guide, f"Person{number}", days_ago=number)
        page = words()
        assert figure(6, "väntar, längst 5 dagar") in page
        assert "Person5 Strand" in page
        assert "Person0 Strand" not in page

    def test_nothing_to_decide_is_said_in_words(self, words, manager):
        page = words()
        assert "Inget väntar på dig. Alla har en kontakt och ett nästa steg." in page
        assert not AuditEvent.objects.exists()

    def test_drill_down_is_logged(self, words, manager):
        words("guider/")
        assert AuditEvent.objects.get().subject == "overview_guides"


class TestScope:
    def test_manager_of_another_unit_sees_nothing_of_ours(
        self, words, people, guide, member, labour
    ):
        people(guide, 3)
        register(guide, "Torvald")
        place_of(guide)
        stranger = member(Role.MANAGER, UnitFactory(parent=labour))
        page = words(by=stranger)
        assert figure(0, "personer med guide") in page
        assert figure(0, "väntar på en kontakt") in page
        assert "Samira" not in page + words("guider/", by=stranger)
        assert "Torvald" not in page

    def test_manager_of_the_department_sees_every_unit_below(
        self, words, people, guide, member, labour
    ):
        people(guide, 1)
        people(member(Role.GUIDE, UnitFactory(parent=labour)), 1)
        people(member(Role.GUIDE, UnitFactory(parent=DepartmentFactory())), 1)
        assert figure(2, "personer med guide") in words(by=member(Role.MANAGER, labour))

    def test_nobody_else_reads_it(self, acting, colleagues, robin):
        others = (colleagues.guide, colleagues.job_coach, colleagues.leader, robin)
        for path in ("", "guider/", "siffror.csv"):
            for other in others:
                assert acting(other).get(PAGE + path).status_code == 403

    def test_day_of_a_manager_begins_here(self, acting, manager):
        assert acting(manager).get("/").url == PAGE


class TestHowOld:
    def test_page_says_when_the_figures_are_from(self, words):
        assert "och högst en minut gamla." in words()

    def test_page_says_when_nobody_counts_any_more(self, acting, manager, count):
        count()
        with time_machine.travel(timezone.now() + timedelta(minutes=5)):
            page = acting(manager).get(PAGE).content.decode()
        assert "Siffrorna står stilla just nu." in page

    def test_page_before_the_first_count_says_so(self, acting, manager):
        page = acting(manager).get(PAGE).content.decode()
        assert "Siffrorna räknas just nu. Titta igen om en minut." in page


class TestOpenHours:
    MONDAY = date(2026, 11, 23)

    @pytest.mark.parametrize(
        ("opens", "closes", "before", "after"),
        [
            ("10.00", "16.00", 6, 0),
            ("15.00", "18.30", 1, 2.5),
            ("17.30", "20.00", 0, 2.5),
            ("16.00", "17.00", 0, 1),
        ],
    )
    def test_hours_are_shared_at_four(self, opens, closes, before, after):
        SessionFactory(starts_at=at(self.MONDAY, opens), ends_at=at(self.MONDAY, closes))
        monday = open_hours(self.MONDAY)[0]
        assert (monday.before, monday.after) == (before, after)

    def test_night_belongs_to_the_evening_when_it_began(self):
        tuesday = self.MONDAY + timedelta(days=1)
        SessionFactory(starts_at=at(self.MONDAY, "22.00"), ends_at=at(tuesday, "06.00"))
        assert [(day.before, day.after) for day in open_hours(self.MONDAY)][:2] == [(0, 8), (0, 0)]

    def test_summer_time_night_has_the_hours_it_has(self):
        sunday = date(2026, 3, 29)
        SessionFactory(starts_at=at(sunday, "01.00"), ends_at=at(sunday, "05.00"))
        assert open_hours(sunday)[0].before == 3

    def test_cancelled_session_and_next_week_are_not_counted(self):
        cafe = ActivityFactory()
        SessionFactory(
            activity=cafe,
            starts_at=at(self.MONDAY, "10.00"),
            cancelled_at=timezone.now(),
            cancel_reason="OTHER",
        )
        SessionFactory(activity=cafe, starts_at=at(self.MONDAY + timedelta(days=7), "10.00"))
        assert sum(day.before + day.after for day in open_hours(self.MONDAY)) == 0

    def test_two_that_open_at_once_are_added(self):
        for _ in range(2):
            SessionFactory(starts_at=at(self.MONDAY, "10.00"), ends_at=at(self.MONDAY, "12.00"))
        assert open_hours(self.MONDAY)[0].before == 4


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([], Shown(None)),
        ([4], Shown(None)),
        ([0, 0], Shown(None)),
        ([5], Shown(5)),
        ([6, 0], Shown(6)),
        ([6, 1], Shown(6, at_least=True)),
        ([6, 2, 3], Shown(11)),
        ([2, 2], Shown(None)),
        ([3, 3], Shown(6)),
    ],
)
def test_sum_never_gives_a_small_part_away(parts, said):
    assert shown(sum(parts), sum(part for part in parts if part < 5)) == said


def test_page_runs_as_many_queries_for_one_person_as_for_many(
    acting, manager, guide, people, count, member
):
    def queries():
        count()
        with CaptureQueriesContext(connection) as captured:
            browser.get(PAGE)
        return [one["sql"] for one in captured if "SAVEPOINT" not in one["sql"]]

    browser = acting(manager)
    people(guide, 1)
    register(guide, "Ida")
    few = queries()
    for _ in range(3):
        people(member(Role.GUIDE), 3)
        register(guide, "Olle")
        place_of(guide)
    assert len(queries()) == len(few) <= 12
    assert Placement.objects.exists()
