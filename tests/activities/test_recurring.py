"""How often: what RFC 5545 says of it, what we keep, and what we refuse with a sentence."""

from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from activities import recurring
from activities.recurring import NotUnderstood, Recurrence
from tests.size import examples

TUESDAY = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def swedish():
    with translation.override("sv"):
        yield


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Måndag till fredag"),
        ("FREQ=WEEKLY", "Tisdag"),
        ("FREQ=DAILY", "Varje dag"),
        ("FREQ=DAILY;INTERVAL=2", "Varannan dag"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "Tisdag, varannan vecka"),
        ("RRULE:FREQ=MONTHLY;BYDAY=1TU", "Tisdag, den första i månaden"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "Fredag, den sista i månaden"),
        ("FREQ=MONTHLY", "Den 1 varje månad"),
        ("FREQ=YEARLY", "Varje år den 1 december"),
        ("FREQ=WEEKLY;BYDAY=SA;COUNT=5", "Lördag, 5 gånger"),
        ("FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20270531", "Måndag och onsdag, till 31 maj 2027"),
        ("FREQ=WEEKLY;UNTIL=20270531T220000Z", "Tisdag, till 1 juni 2027"),
    ],
)
def test_a_rule_is_said_as_one_says_it(line, words):
    rule = recurring.read(line, TUESDAY)
    assert rule.words(TUESDAY) == words
    assert recurring.read(str(rule), TUESDAY) == rule


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("FREQ=DAILY;COUNT=100000", "100000 är för många. Skriv högst 500."),
        ("FREQ=MINUTELY", "Tider kommer högst en gång om dagen."),
        ("FREQ=DAILY;UNTIL=99991231", "Välj en sista dag inom fem år"),
        ("FREQ=WEEKLY;UNTIL=20260101", "Sista dagen får inte komma före den första."),
        ("FREQ=WEEKLY;UNTIL=20261301", "Skriv dagen så här: 2026-12-01."),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20270101", "inte båda"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "Den 29 februari finns inte varje år."),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "Välj en dag som finns i alla månader"),
        ("FREQ=WEEKLY;INTERVAL=0", "Skriv ett tal med siffror"),
        ("FREQ=WEEKLY;BYDAY=XX", "Skriv hur ofta, vilka dagar och till när."),
        ("FREQ=WEEKLY;BYDAY=1MO", "Skriv hur ofta, vilka dagar och till när."),
        ("FREQ=WEEKLY;BYHOUR=1,2,3", "Skriv hur ofta, vilka dagar och till när."),
        ("FREQ=WEEKLY;WKST=SU", "Skriv hur ofta, vilka dagar och till när."),
        ("FREQ=WEEKLY;JUNK", "Skriv hur ofta, vilka dagar och till när."),
        ("FREQ=WEEKLY;FREQ=DAILY", "Skriv hur ofta, vilka dagar och till när."),
        ("", "Skriv hur ofta, vilka dagar och till när."),
    ],
)
def test_what_we_do_not_keep_is_refused_with_a_sentence(line, said):
    with pytest.raises(NotUnderstood, match=said):
        recurring.read(line, TUESDAY)


def test_the_leap_day_is_refused_also_when_only_the_first_day_says_it():
    with pytest.raises(NotUnderstood, match="29 februari"):
        recurring.read("FREQ=YEARLY", date(2028, 2, 29))


@examples(40)
@given(st.text(max_size=60) | st.from_regex(r"FREQ=WEEKLY(;[A-Z]{2,9}=[A-Z0-9,+-]{0,9}){0,4}"))
def test_anything_typed_is_understood_or_refused(line):
    try:
        rule = recurring.read(line, TUESDAY)
    except NotUnderstood:
        return
    assert recurring.read(str(rule), TUESDAY) == rule


@examples(30)
@given(
    first=st.dates(date(2020, 1, 1), date(2026, 1, 1)),
    ahead=st.integers(0, 2000),
    every=st.integers(1, 4),
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(sorted).map(tuple),
)
def test_a_rule_of_long_ago_keeps_its_weeks(first, ahead, every, weekdays):
    """Weeks are skipped, not counted; the days are the same."""
    line = str(Recurrence(weekdays=weekdays, every=every))
    whole = list(recurring.days(line, first, first=first, last=date(2032, 1, 1)))
    later = date.fromordinal(first.toordinal() + ahead)
    assert list(recurring.days(line, first, first=later, last=date(2032, 1, 1))) == [
        day for day in whole if day >= later
    ]
