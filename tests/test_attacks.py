"""What somebody could try on every page at once: the addresses come from the table of access."""

import pytest
from django.db import transaction
from django.urls import reverse

from participants.models import Participant
from portal.logs import LineFormatter
from tests.size import some
from tests.test_access import CAST, ROWS, URLS, browsers, captures, cast

__all__ = ["browsers", "captures", "cast"]  # fixtures: the cast, and things of Robin's

FORGED = "Robin\r\nSet-Cookie: stulen=ja"
LET_IN = {"200", "204", "302", "422"}
ADDRESSES = sorted({name for _, name, *_ in ROWS})


def those_let_in():
    """Yield pages with one participant and one colleague whom each lets in."""
    shown = [row for row in ROWS if row[0] == "GET"]
    for _, name, *codes in some(shown, len(shown) // 2):
        inside = [who for who, code in zip(CAST, codes, strict=True) if code in LET_IN]
        for who in (["robin"] if "robin" in inside else []) + [
            who for who in inside if who not in {"nobody", "robin", "other"}
        ][:1]:
            yield name, who


def asked(browser, method, name, captures, **body):
    """Ask, and undo what it changed."""
    url = reverse(name, kwargs={one: captures[one] for one in URLS[name]})
    browser.raise_request_exception = False  # a page that breaks answers 500, as it would
    with transaction.atomic():
        cookies = browser.cookies.copy()
        answer = getattr(browser, method)(url, **body)
        browser.cookies = cookies
        transaction.set_rollback(True)
    return answer


def test_no_page_takes_a_post_without_its_token(browsers, captures):
    """Also pages that only show: a way in that is added later is closed from its first day."""
    browser = browsers["guide"]
    browser.handler.enforce_csrf_checks = True
    answers = {name: asked(browser, "post", name, captures).status_code for name in ADDRESSES}
    assert {name: code for name, code in answers.items() if code != 403} == {}


@pytest.fixture
def forged(captures, robin_person, caplog):
    """Robin is called what would be a header, if anybody put it in one."""
    Participant.objects.filter(pk=robin_person.pk).update(first_name=FORGED, last_name=FORGED)
    caplog.set_level("INFO")
    return captures


def is_forged(answer, caplog):
    """Answer whether a header, a cookie or a line of the log came out of it."""
    lines = [LineFormatter().format(record) for record in caplog.records]
    return (
        answer.status_code >= 500
        or "stulen" in answer.cookies
        or any("stulen" in value and "\n" in value for value in answer.headers.values())
        or any(line.startswith("Set-Cookie") for text in lines for line in text.splitlines())
    )


def test_a_name_forges_no_header_and_no_line_of_the_log(browsers, forged, caplog):
    wrong = []
    for name, who in those_let_in():
        caplog.clear()
        answer = asked(browsers[who], "get", name, forged, data={"q": FORGED})
        wrong += [(name, who)] if is_forged(answer, caplog) else []
    assert not wrong
