"""Figures follow the work: what is done is counted within a minute, and nothing twice."""

from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from employers.models import Placement
from employers.services.placements import end_placement
from participants.models import Contact
from participants.services.contacts import undo_contact, write_contact
from participants.services.people import register_person, set_main_contact
from participants.services.plan import add_step
from portal.pages.overview import counting, tasks
from portal.pages.overview.models import (
    Counting,
    GuideFigures,
    GuideSilence,
    Mark,
    Measure,
    MonthFigures,
    UnitPlaces,
    UnitSilence,
)
from portal.permissions import Role
from tests.activities.factories import ActivityFactory, AttendanceFactory, SessionFactory
from tests.database import app_role
from tests.factories import (
    ContactFactory,
    ParticipantFactory,
    PlacementFactory,
    StepFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
TABLES = (GuideFigures, GuideSilence, UnitSilence, UnitPlaces, MonthFigures)


@pytest.fixture
def today():
    return timezone.localdate()


def this_month(unit, today):
    return MonthFigures.objects.get(unit=unit, month=today.replace(day=1))


def everything():
    """Return every figure there is, in an order of its own."""
    hidden = {"id"}
    return {
        model.__name__: sorted(
            str({name: value for name, value in row.items() if name not in hidden})
            for row in model.objects.values()
        )
        for model in TABLES
    }


def test_guide_with_three_persons_is_counted_with_three(guide, count):
    for _ in range(3):
        StepFactory(participant=ParticipantFactory(main_contact=guide.membership))
    ParticipantFactory(main_contact=guide.membership)
    count()
    assert GuideFigures.objects.values_list("persons", "without_step").get() == (4, 1)


def test_new_step_is_seen_at_the_next_count(robin_person, guide, count):
    count()
    assert GuideFigures.objects.get().without_step == 1
    add_step(participant=robin_person, by=guide, submission_id=uuid4(), text="Ring verkstaden")
    count()
    assert GuideFigures.objects.get().without_step == 0


def test_handover_moves_the_person_from_one_guide_to_the_other(robin_person, guide, member, count):
    count()
    johan = member(Role.GUIDE, first_name="Johan")
    set_main_contact(participant=robin_person, membership=johan.membership, by=guide)
    count()
    assert GuideFigures.objects.get().membership == johan.membership


def test_contact_breaks_the_silence_and_undoing_it_brings_it_back(
    robin_person, guide, count, today
):
    old = today - timedelta(days=20)
    ContactFactory(participant=robin_person, occurred_at=timezone.now() - timedelta(days=20))
    count()
    assert UnitSilence.objects.get().day == old
    note = write_contact(participant=robin_person, by=guide, submission_id=uuid4())
    count()
    assert UnitSilence.objects.get().day == today
    undo_contact(contact=note, by=guide)
    count()
    assert UnitSilence.objects.get().day == old


def test_person_nobody_has_reached_is_silent_since_the_first_day(robin_person, count, today):
    count()
    assert UnitSilence.objects.get().day == today - timedelta(days=32)


class TestPlaces:
    def number(self, measure, day):
        begun = UnitPlaces.objects.filter(measure=measure, day__lte=day)
        return sum(begun.values_list("change", flat=True))

    def test_person_with_two_jobs_is_one_in_work(self, robin_person, count, today):
        PlacementFactory(participant=robin_person, kind="ORDINARY")
        PlacementFactory(participant=robin_person, kind="SUBSIDISED", subsidy="WAGE")
        count()
        assert self.number(Measure.WORK, today) == 1
        assert self.number(Measure.ORDINARY, today) == 1

    def test_job_that_begins_on_monday_is_counted_from_monday(self, robin_person, count, today):
        soon = today + timedelta(days=3)
        PlacementFactory(participant=robin_person, kind="ORDINARY", starts_on=soon)
        count()
        before = soon - timedelta(days=1)
        assert [self.number(Measure.WORK, day) for day in (before, soon)] == [0, 1]

    def test_last_day_passes_without_any_work_being_done(self, robin_person, count, today):
        last = today + timedelta(days=2)
        PlacementFactory(participant=robin_person, kind="INTERNSHIP", ends_on=last)
        count()
        after = last + timedelta(days=1)
        assert [self.number(Measure.INTERNSHIP, day) for day in (last, after)] == [1, 0]

    def test_ended_place_is_no_longer_counted(self, robin_person, guide, count, today):
        placement = PlacementFactory(participant=robin_person, kind="ORDINARY")
        count()
        yesterday = today - timedelta(days=1)
        end_placement(
            placement=placement,
            by=guide,
            ended_on=yesterday,
            end_reason="PERIOD_OVER",
            led_to_job="NO",
        )
        count()
        assert self.number(Measure.WORK, today) == 0

    def test_place_written_by_mistake_never_was(self, robin_person, guide, count, today):
        placement = PlacementFactory(participant=robin_person, kind="ORDINARY")
        Placement.objects.filter(pk=placement.pk).update(
            ended_on=today, ended_by=guide.user, end_reason="MISTAKE", led_to_job="NO"
        )
        count()
        assert self.number(Measure.WORK, today) == 0
        assert this_month(robin_person.unit, today).ordinary == 0


class TestMonths:
    def test_new_person_and_those_who_wait_are_counted_in_their_unit(
        self, guide, unit, count, today
    ):
        for number in range(3):
            register_person(
                by=guide,
                submission_id=uuid4(),
                first_name="Ida",
                last_name=f"Ek{number}",
                unit=unit,
                takes_it=number == 0,
            )
        count()
        row = this_month(unit, today)
        assert (row.registered, row.with_contact, row.in_intake) == (3, 1, 2)

    def test_contact_of_last_month_is_counted_there(self, robin_person, count, today):
        last_month = today.replace(day=1) - timedelta(days=1)
        noon = timezone.now() - timedelta(days=(today - last_month).days)
        ContactFactory(participant=robin_person, occurred_at=noon)
        ContactFactory(participant=robin_person, occurred_at=noon, outcome="NOT_REACHED")
        count()
        row = MonthFigures.objects.get(unit=robin_person.unit, month=last_month.replace(day=1))
        assert (row.contacts, this_month(robin_person.unit, today).contacts) == (1, 0)

    def test_person_who_moves_is_counted_where_they_are_when_the_month_ends(
        self, robin_person, guide, labour, member, count, today
    ):
        before = robin_person.unit
        count()
        elsewhere = UnitFactory(parent=labour)
        other = member(Role.GUIDE, elsewhere)
        set_main_contact(participant=robin_person, membership=other.membership, by=guide)
        count()
        assert this_month(before, today).with_contact == 0
        assert this_month(elsewhere, today).with_contact == 1

    def test_session_and_its_visitors_are_counted_where_it_is_run(
        self, robin_person, leader, count, today
    ):
        corner = leader.membership.unit
        cafe = ActivityFactory(organiser=corner)
        held = SessionFactory(activity=cafe, starts_at=timezone.now(), guests=3)
        SessionFactory(
            activity=cafe,
            starts_at=timezone.now() - timedelta(seconds=1),
            cancelled_at=timezone.now(),
            cancel_reason="OTHER",
        )
        AttendanceFactory(session=held, participant=robin_person)
        count()
        row = this_month(corner, today)
        assert (row.sessions, row.visits, row.attendances) == (1, 4, 0)
        assert this_month(robin_person.unit, today).attendances == 1

    def test_new_month_begins_with_those_who_are_there(self, robin_person, count, today):
        count()
        later = today.replace(day=1) + timedelta(days=32)
        count(today=later)
        assert this_month(robin_person.unit, later).with_contact == 1


def test_counting_bit_by_bit_gives_what_counting_anew_gives(
    robin_person, guide, unit, labour, member, count, leader
):
    other = member(Role.GUIDE, UnitFactory(parent=labour))
    count()
    ContactFactory(participant=robin_person, occurred_at=timezone.now() - timedelta(days=40))
    count()
    PlacementFactory(participant=robin_person, starts_on=timezone.localdate() - timedelta(days=70))
    ida = register_person(
        by=guide,
        submission_id=uuid4(),
        first_name="Ida",
        last_name="Ek",
        unit=unit,
        takes_it=False,
    )
    count()
    set_main_contact(participant=ida, membership=other.membership, by=guide)
    set_main_contact(participant=robin_person, membership=other.membership, by=guide)
    held = SessionFactory(activity__organiser=leader.membership.unit, starts_at=timezone.now())
    count()
    held.guests = 2
    held.save()
    Contact.objects.update(occurred_at=timezone.now() - timedelta(days=3))
    Placement.objects.update(kind="ORDINARY")
    count()
    bit_by_bit = everything()
    count(anew=True)
    anew = everything()
    assert all(bit_by_bit[name] == anew[name] for name in anew if name != "MonthFigures")
    assert set(bit_by_bit["MonthFigures"]) <= set(anew["MonthFigures"])
    assert not Mark.objects.exists()


def test_web_and_worker_may_not_write_a_figure_or_a_mark(db):
    for model in (*TABLES, Mark, Counting):
        with app_role(), pytest.raises(DatabaseError), transaction.atomic():
            connection.cursor().execute(f"DELETE FROM {model._meta.db_table}")  # noqa: S608


def test_beat_counts_twice_a_minute(robin_person):
    tasks.count_figures()
    assert GuideFigures.objects.get().persons == 1
    assert timezone.now() - Counting.objects.get().counted_at < timedelta(minutes=1)


def test_two_workers_do_not_count_at_once(robin_person, today):
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_advisory_lock(hashtext('count_figures'))")
        assert counting.count(today=today) is False
        other.execute("SELECT pg_advisory_unlock_all()")
        assert counting.count(today=today) is True
