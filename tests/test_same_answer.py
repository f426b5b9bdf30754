"""Who does not exist and who is not yours get the same answer: in status, text, headers and cost.

The addresses come from the table of access, so that a new page about a person is asked too.
"""

import re
import statistics
import time
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from participants.models import Intake, Protection
from participants.services import protection
from portal.permissions import Role
from tests.activities.factories import (
    AttendanceFactory,
    EnrolmentFactory,
    MandatedReleaseFactory,
    SessionFactory,
)
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    ParticipantFactory,
    PlacementFactory,
    StepFactory,
    TeamMemberFactory,
    UnitFactory,
)
from tests.size import some
from tests.test_access import ROWS, URLS, quiet

__all__ = ["quiet"]  # a fixture

MISSING = UUID("00000000-0000-4000-8000-000000000000")
ABOUT = ("person_id", "contact_id", "step_id", "consent_id", "enrolment_id", "placement_id")
ABOUT += ("attendance_id", "mandated_id")
PAGES = [
    (method, name)
    for method, name, *_codes in ROWS
    if set(URLS[name]) & set(ABOUT) and not name.startswith("card")
]
RANDOM = re.compile(r'value="[\w-]{36,64}"|[0-9a-f]{8}-[0-9a-f-]{27}')
CLOCK = {"Expires", "Content-Length"}  # the second of asking; and the text is compared whole
NOISE = 0.010  # seconds: two processors, and a machine with other work


@pytest.fixture
def hidden(robin_person, guide, manager, leader, social, labour):
    """Robin is protected, has something of everything, and nobody is named but Samira."""
    TeamMemberFactory(participant=robin_person, reason="Boende")
    session = SessionFactory(activity__organiser=leader.membership.unit)
    captures = {
        "person_id": robin_person.public_id,
        "contact_id": ContactFactory(participant=robin_person).public_id,
        "step_id": StepFactory(participant=robin_person).public_id,
        "consent_id": ConsentFactory(participant=robin_person, receiver=social).public_id,
        "enrolment_id": EnrolmentFactory(participant=robin_person).public_id,
        "attendance_id": AttendanceFactory(participant=robin_person, session=session).public_id,
        "placement_id": PlacementFactory(participant=robin_person).public_id,
        "mandated_id": MandatedReleaseFactory(participant=robin_person).public_id,
    }
    protection.set_protection(
        participant=robin_person,
        protection=Protection.MARKED,
        alias="Kim",
        reason="Hotbild enligt polisen",
        named=[guide.membership],
        by=manager,
    )
    return captures | {"membership_id": guide.membership_id, "session_id": session.pk}


@pytest.fixture
def strangers(member, labour, leader, case_manager, outsider, job_coach):
    """One of each role, with people of their own, and no ground to know Robin."""
    money = member(Role.BENEFITS_OFFICER, UnitFactory(parent=labour))
    cast = [member(Role.MANAGER), leader, case_manager, outsider, job_coach, money]
    ParticipantFactory(main_contact=outsider.membership)
    with transaction.atomic():
        waiting = ParticipantFactory(main_contact=False)
        Intake.objects.create(participant=waiting, unit=outsider.membership.unit)
    return cast


def asked(browser, method, name, captures):
    """Return all that somebody could tell two answers apart by, and the queries they took."""
    url = reverse(name, kwargs={one: captures[one] for one in URLS[name]})
    connection.queries_log.clear()  # which holds nine thousand, and warns
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        answer = browser.generic(method, url)
        transaction.set_rollback(True)
    headers = {key: value for key, value in answer.headers.items() if key not in CLOCK}
    text = RANDOM.sub("", answer.text)
    return answer.status_code, text, headers, len(queries)


def test_the_pages_about_a_person_are_many():
    assert len(PAGES) >= 40


def test_no_role_can_tell_who_is_not_theirs_from_who_does_not_exist(
    acting, strangers, hidden, quiet
):
    """Each page is asked by two roles, drawn anew each time; by all in the nightly size."""
    nobody = {key: MISSING if key in ABOUT else value for key, value in hidden.items()}
    browsers = [(str(actor.role), acting(actor)) for actor in strangers]
    told_apart = []
    for method, name in PAGES:
        if set(URLS[name]) <= hidden.keys():
            for role, browser in some(browsers, 2):
                answers = [asked(browser, method, name, where) for where in (hidden, nobody)]
                if answers[0] != answers[1]:
                    told_apart.append((role, name, answers[0][0], answers[1][0]))
    assert not told_apart


def test_it_takes_as_long_to_find_nobody_as_to_find_somebody_else(acting, outsider, hidden):
    browser = acting(outsider)
    spent = {True: [], False: []}
    urls = {
        True: reverse("person_record", args=[hidden["person_id"]]),
        False: reverse("person_record", args=[MISSING]),
    }
    for number in range(80):
        is_there = bool(number % 2)
        began = time.perf_counter()
        assert browser.get(urls[is_there]).status_code == 404
        spent[is_there].append(time.perf_counter() - began)
    medians = {key: statistics.median(times[5:]) for key, times in spent.items()}
    assert abs(medians[True] - medians[False]) < max(NOISE, 0.25 * medians[False])
