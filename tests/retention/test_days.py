"""The calendar of retention, with no table in sight."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.pages.retention.days import is_for_the_archive, window


@pytest.mark.parametrize(
    ("last", "years", "opens", "closes"),
    [
        (date(2020, 3, 14), 5, date(2025, 3, 15), date(2026, 12, 31)),
        (date(2020, 12, 31), 5, date(2026, 1, 1), date(2027, 12, 31)),
        (date(2020, 12, 30), 5, date(2025, 12, 31), date(2026, 12, 31)),
        (date(2024, 2, 29), 5, date(2029, 3, 1), date(2030, 12, 31)),
        (date(2023, 2, 28), 1, date(2024, 2, 29), date(2025, 12, 31)),
    ],
)
def test_years_are_whole_and_the_end_is_the_end_of_the_next_year(last, years, opens, closes):
    found = window(last, years)
    assert (found.opens_on, found.closes_on) == (opens, closes)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 100))
def test_nothing_goes_before_its_years_are_over(last, years):
    found = window(last, years)
    assert (found.opens_on - last).days > 365 * years
    assert found.closes_on.year == found.opens_on.year + 1


@pytest.mark.parametrize(
    ("born", "answer"),
    [
        (date(1960, 5, 5), True),
        (date(1960, 5, 15), True),
        (date(1960, 5, 25), True),
        (date(1912, 12, 12), False),
        (None, None),
    ],
)
def test_research_keeps_those_born_on_three_days_of_the_month(born, answer):
    assert is_for_the_archive(born, [5, 15, 25]) is answer


def test_where_the_law_keeps_nothing_nobody_need_know_the_birth_date():
    assert is_for_the_archive(None, []) is False
