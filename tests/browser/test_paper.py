"""The week on paper: one page of A4, whatever happens in town, and read from a wall."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from activities.laying_out import DAY, midnight
from tests.activities.factories import ActivityFactory, SessionFactory, SignUpFactory
from tests.browser.test_print import COLOURED
from tests.factories import StepFactory

# The smallest text on the sheet, in points; and of the number to ring.
SMALLEST = """() => Math.min(...[...document.querySelectorAll("main *")]
  .filter((one) => one.checkVisibility() && one.offsetWidth > 1
    && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((one) => parseFloat(getComputedStyle(one).fontSize) * 0.75))"""
PHONE = "() => parseFloat(getComputedStyle(document.querySelector('.sheet-phone')).fontSize) * 0.75"


LONG = ("Samtalskväll med musik, mat och promenad", "Föreningshuset Wärdshuset")
SHORT = ("Samtalskväll", "Huset")


@pytest.fixture(params=[LONG, SHORT], ids=["long", "short"])
def busy_week(request, server, robin_person):
    """More on each day than a sheet can hold; Robin means to come to some of it."""
    what, where = request.param
    today = timezone.localdate()
    with transaction.atomic():
        made = [
            ActivityFactory(
                name=f"{number} {what}",
                place__name=f"{where} {number}",
                place__address=f"Exempelgatan {100 + number}",
                thresholds=["SOBER", "ADULT"] if what in LONG else [],
            )
            for number in range(8)
        ]
        for offset in range(7):
            for number, activity in enumerate(made):
                begins = midnight(today + offset * DAY) + timedelta(hours=9 + number)
                session = SessionFactory(
                    activity=activity, starts_at=begins, ends_at=begins + timedelta(hours=2)
                )
                SignUpFactory(session=session, participant=robin_person)
        for offset in range(3):
            StepFactory(
                participant=robin_person,
                text="Fråga Arbetsmarknadsförvaltningen om studiebesöket. " * 3,
                due_on=today + offset * DAY,
            )


@pytest.mark.parametrize("path", ["/vecka/utskrift/", "/vecka/min/utskrift/?skrivare=egen"])
def test_the_busiest_week_is_one_page_that_is_read_from_afar(open_page, busy_week, robin, path):
    page = open_page(path, robin)
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    assert b"/MediaBox [0 0 59" in printed  # 595 by 842 points: A4
    page.emulate_media(media="print")
    assert page.evaluate(SMALLEST) >= 14
    assert page.evaluate(PHONE) == 24
    assert page.evaluate(COLOURED) == []
    text = page.locator("body").inner_text()
    assert "Robin" not in text
    assert text.count("Samtalskväll") >= 5
    if "min" not in path:
        assert "Samira" not in text


def test_an_empty_week_is_one_page_too(open_page, server):
    printed = open_page("/vecka/utskrift/").pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
