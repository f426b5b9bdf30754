"""What is logged tells what happened, and never about whom."""

import logging
import sys

import pytest
from django.urls import reverse

from portal.logs import Discreet, LineFormatter


def line_of(message, *args):
    record = logging.LogRecord("portal", logging.INFO, "", 0, message, args, None)
    if not Discreet().filter(record):
        return ""
    return LineFormatter().format(record)


@pytest.mark.parametrize(
    "personal",
    [
        "19121212-1212",
        "191212121212",
        "070-174 06 05",
        "+46701740605",
        "robin@example.org",
        "6f1bc2a1-0a4e-4a53-8c19-6d53b1a7f2f1",
        "1-diflsu-2b32c546f3032daac7a29d9cb726f18d",  # opens a new password
        "mfrggzdfmztwq2lknnwg23tpobyxe43u",  # opens somebody's times
        "17:fZ8kq0-xT3vN_bQ5wLr7yHc2mJd9sGe4uAi6oPk1RtE",  # opens somebody's place at an event
    ],
)
def test_a_person_is_masked_in_any_line(personal):
    assert personal not in line_of("kunde inte nå %s", personal)
    assert "kunde inte nå …" in line_of("kunde inte nå %s", personal)


def test_a_person_is_masked_in_what_went_wrong():
    try:
        int("robin@example.org")
    except ValueError:
        told = LineFormatter().formatException(sys.exc_info())
    assert "ValueError" in told
    assert "robin" not in told


def test_a_line_break_cannot_forge_a_second_line():
    assert "\n" not in line_of("namn %s", "Robin\nINFO allt är bra")


def test_only_known_keys_of_an_event_are_kept():
    line = line_of({"event": "request_finished", "code": 200, "ip": "10.0.0.1", "user_id": 7})
    assert line.endswith("request_finished code=200")


def test_the_log_of_a_look_at_a_person_names_no_record(acting, guide, robin_person, caplog):
    caplog.handler.addFilter(discreet := Discreet())
    try:
        acting(guide).get(reverse("person_record", args=[robin_person.public_id]))
    finally:
        caplog.handler.removeFilter(discreet)
    lines = [record.getMessage() for record in caplog.records]
    assert any("request_finished request=GET /personer/…/ code=200" in line for line in lines)
    assert str(robin_person.public_id) not in " ".join(lines)
    assert "Robin" not in " ".join(lines)


def test_what_somebody_searched_for_stands_in_no_log():
    asked = {"event": "request_finished", "request": "GET /hitta/?q=oro+Kim", "code": 200}
    assert line_of(asked).endswith("request_finished request=GET /hitta/?… code=200")
