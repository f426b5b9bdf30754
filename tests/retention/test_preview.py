"""What may go today, and what stays whatever the calendar says."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from participants.models import Participant
from portal.models import InfoType
from portal.pages.retention import deciding
from portal.pages.retention.days import window
from portal.pages.retention.preview import due, preview
from tests.database import app_role
from tests.factories import ContactFactory, ParticipantFactory, StepFactory
from tests.retention.factories import RuleFactory


@pytest.fixture
def today():
    return timezone.localdate()


def kinds(owner, today):
    return sorted(line.info_type for line in preview(owner, today).lines)


def test_what_was_last_touched_seven_years_ago_may_go(mika, labour, today):
    lines = preview(labour, today).lines
    assert {line.participant_id for line in lines} == {mika.pk}
    assert kinds(labour, today) == [InfoType.CONTACT, InfoType.FOLLOW_UP]
    assert {line.initials for line in lines} == {"MD"}


def test_database_and_calendar_agree_on_every_day(left, rules, labour, today):
    """The day before nothing goes, on the day it does, and both name the same last day."""
    person = left()
    found = window(timezone.localdate(person.closed_at), 5)
    assert not due(labour, found.opens_on - timedelta(days=1))
    lines = due(labour, found.opens_on)
    assert lines
    assert {line.closes_on for line in lines} == {found.closes_on}


def test_open_person_never_goes_however_silent(rules, labour, today, guide):
    with_old_note = ParticipantFactory(
        main_contact=guide.membership, registered_at=timezone.now() - timedelta(days=4000)
    )
    ContactFactory(
        participant=with_old_note,
        occurred_at=timezone.now() - timedelta(days=3900),
        created_at=timezone.now() - timedelta(days=3900),
    )
    seen = preview(labour, today)
    assert not seen.lines
    assert seen.resting == 1


def test_note_written_after_the_closing_starts_the_years_anew(mika, labour, today):
    ContactFactory(participant=mika, owner=labour, occurred_at=timezone.now())
    assert not preview(labour, today).lines


def test_what_has_no_rule_stays_and_says_so(left, labour, today):
    left()
    seen = preview(labour, today)
    assert not seen.lines
    assert len(seen.without_rule) == 2


def test_rule_that_is_over_or_to_come_counts_for_nothing(left, labour, today):
    left()
    old = {"valid_from": today - timedelta(days=800), "valid_to": today - timedelta(days=1)}
    RuleFactory(owner=labour, **old)
    RuleFactory(owner=labour, valid_from=today + timedelta(days=1))
    assert not preview(labour, today).lines


def test_longer_rule_keeps_longer(left, labour, today):
    left()
    RuleFactory(owner=labour, years=10)
    assert not preview(labour, today).lines


def test_person_under_a_hold_stays(mika, labour, karin, today):
    deciding.set_hold(participant=mika, by=karin, reason="Överklagat")
    seen = preview(labour, today)
    assert not seen.lines
    assert seen.held == 1
    deciding.end_hold(participant=mika, by=karin)
    assert preview(labour, today).lines


def test_each_organisation_sees_its_own_and_the_person_goes_last(mika, labour, social, today):
    StepFactory(participant=mika, owner=social, created_at=mika.closed_at)
    RuleFactory(owner=social, info_type=InfoType.PLAN, archive_days=[])
    assert kinds(labour, today) == [InfoType.FOLLOW_UP]  # the row stays while social has a step
    assert kinds(social, today) == [InfoType.PLAN]


@pytest.mark.parametrize("number", ["19121212-1212", "640883-3231"])
def test_birth_date_is_read_from_the_number(left, labour, today, numbered, number):
    """Neither of the two permitted numbers is born on the 5th, 15th or 25th."""
    person = left()
    RuleFactory(owner=labour, archive_days=[12 if number.startswith("19") else 23])
    RuleFactory(owner=labour, info_type=InfoType.CONTACT)
    numbered(person, number)
    answers = {line.info_type: line.archive for line in preview(labour, today).lines}
    assert answers == {InfoType.FOLLOW_UP: True, InfoType.CONTACT: False}


def test_without_a_number_nobody_knows_and_it_stands_apart(left, labour, today):
    left()
    RuleFactory(owner=labour)
    (notes,) = preview(labour, today).sums
    assert (notes.persons, notes.archived, notes.unknown) == (1, 0, 1)


def test_closed_person_keeps_the_unit_that_answers(mika, labour):
    assert Participant.objects.get(pk=mika.pk).unit.owner == labour


def test_application_may_delete_nothing_of_a_person(db):
    with app_role(), connection.cursor() as cursor:
        cursor.execute("""
            SELECT array_agg(c.relname::text) FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'participant_id'
            WHERE c.relkind = 'r' AND c.relname ~ '^(participants|employers|activities)_'
              AND c.relname <> 'participants_protecteddetails' -- goes back when it is lifted
              AND has_table_privilege(c.oid, 'DELETE')
        """)
        assert cursor.fetchone() == (None,)
