"""The person's record: what matters now on top, and what has happened below."""

from datetime import timedelta
from decimal import Decimal
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from employers.models import PlacementKind
from participants.models import Goal, TeamMember
from participants.services import consents
from portal.models import InfoType
from portal.pages.record.views import GROUPS, PAGE
from portal.templatetags.dates import day
from tests.activities.factories import (
    ActivityFactory,
    AttendanceFactory,
    EnrolmentFactory,
    SessionFactory,
)
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    PlacementFactory,
    StepFactory,
    TeamMemberFactory,
)

MANY = PAGE + 2


@pytest.fixture
def record(robin_person):
    return reverse("person_record", args=[robin_person.public_id])


@pytest.fixture
def corner(robin_person, leader):
    """Robin goes to Corner on Mondays and Wednesdays."""
    activity = ActivityFactory(name="Corner, förmiddag", organiser=leader.membership.unit)
    return EnrolmentFactory(
        activity=activity,
        participant=robin_person,
        owner=robin_person.unit.owner,
        weekdays=[0, 2],
    )


@pytest.fixture
def shared(robin_person, case_manager):
    """Noor walks along, and Robin has said yes to everything."""
    for kind in InfoType:
        consent = ConsentFactory(
            participant=robin_person,
            receiver=case_manager.membership.unit.owner,
            info_type=kind,
        )
    TeamMemberFactory(
        participant=robin_person, membership=case_manager.membership, rests_on_consent=True
    )
    return consent


@pytest.fixture
def long_story(robin_person, guide, corner):
    """More than a page of everything."""
    now = timezone.now()
    for number in range(MANY):
        then = now - timedelta(days=number + 1)
        ContactFactory(participant=robin_person, author=guide.user, occurred_at=then)
        StepFactory(participant=robin_person, finished_at=then, finished_by=guide.user)
        # a person has one goal at a time
        Goal.objects.create(
            participant=robin_person,
            owner=robin_person.unit.owner,
            info_type=InfoType.PLAN,
            text=f"Mål {number}",
            created_at=then,
            replaced_at=now if number else None,
        )
        PlacementFactory(participant=robin_person)
        session = SessionFactory(activity=corner.activity, starts_at=then)
        AttendanceFactory(
            session=session,
            participant=robin_person,
            owner=robin_person.unit.owner,
            arrived_at=then,
        )


def test_guide_and_with_robins_yes_case_manager_read_every_part_of_a_long_story(
    acting, guide, case_manager, record, long_story, shared
):
    browsers = [acting(guide), acting(case_manager)]
    left = {"aktiviteter": MANY + 1, "kontakter": MANY, "arbete": MANY, "mal": MANY}
    for group, page in product(GROUPS, (1, 2)):
        shown = min(PAGE, left.get(group, 2 * PAGE) - (page - 1) * PAGE)
        guides, theirs = (one.get(record, {"visa": group, "sida": page}) for one in browsers)
        assert guides.text.count('class="when"') == shown, (group, page)
        assert theirs.status_code == 200
        assert 'class="when"' in theirs.text, (group, page)


def test_each_visit_is_left_out_until_one_asks_for_it(acting, guide, record, robin_person, corner):
    session = SessionFactory(activity=corner.activity)
    AttendanceFactory(session=session, participant=robin_person, owner=robin_person.unit.owner)
    browser = acting(guide)
    first = browser.get(record).text
    assert "Var där" not in first
    assert "Varje besök i en aktivitet står under Aktiviteter och Allt." in first
    assert "Var där" in browser.get(record, {"visa": "allt"}).text
    assert "Var där" in browser.get(record, {"visa": "aktiviteter"}).text


def test_last_day_of_a_yes_is_the_one_that_was_written_down(
    acting, guide, robin, record, robin_person, social
):
    today = timezone.localdate()
    last = today + timedelta(days=364)  # another year, but for New Year's Day
    consents.record_consent(
        participant=robin_person,
        by=guide,
        submission_id="6f1bc2a1-0a4e-4a53-8c19-6d53b1a7f2f1",
        receiver=social,
        info_types=[InfoType.PLAN],
        purpose="COORDINATE",
        given="PAPER",
        witness="",
        until=last,
    )
    shared = acting(guide).get(record).text
    assert "plan och nästa steg." in shared
    assert f"Till {day(last, today)}." in shared
    said = f"Till {day(last, today)}. Sedan slutar det av sig självt."
    assert said in acting(robin).get(reverse("participants:who_sees")).text


def test_guide_meets_what_matters_before_what_has_happened(
    acting, guide, record, robin_person, corner
):
    robin_person.phone = "+46701740605"
    robin_person.save(update_fields=["phone"])
    Goal.objects.create(
        participant=robin_person,
        owner=robin_person.unit.owner,
        info_type=InfoType.PLAN,
        text="Jobba med cyklar",
    )
    StepFactory(participant=robin_person, text="Ring verkstaden")
    PlacementFactory(
        participant=robin_person,
        kind=PlacementKind.WORK_TRAINING,
        occupation="Sköta växter",
        hours_per_week=Decimal("2.5"),
    )
    page = acting(guide).get(record).text
    top, _past, _rest = page.partition("Det som har hänt")
    for said in (
        "070-174\xa006\xa005",
        "Ring verkstaden",
        "Jobba med cyklar",
        "Corner, förmiddag",
        "Måndag, onsdag.",
        "Arbetsträning: Sköta växter",
        "2,5 timmar i veckan.",
        reverse("activities:enrolment_end", args=[corner.public_id]),
    ):
        assert said in top, said


def test_case_manager_sees_the_places_that_robin_shares_and_ends_none(
    acting, case_manager, record, corner, robin_person, shared
):
    PlacementFactory(participant=robin_person, occupation="Sköta växter")
    page = acting(case_manager).get(record).text
    assert "Måndag, onsdag." in page
    assert "Avsluta platsen" not in page
    robin_person.consents.filter(info_type=InfoType.ACTIVITY).update(withdrawn_at=timezone.now())
    page = acting(case_manager).get(record).text
    assert "Måndag, onsdag." not in page
    assert "Praktik: Sköta växter" in page


def test_colleague_whose_yes_was_taken_back_reads_no_longer_and_the_team_says_so(
    acting, guide, robin, record, robin_person, case_manager, job_coach, shared
):
    TeamMemberFactory(participant=robin_person, membership=job_coach.membership)
    assert "läser inte längre" not in acting(guide).get(record).text
    consents.withdraw_consents(participant=robin_person, receiver=shared.receiver, by=robin)
    assert TeamMember.objects.open().filter(membership=case_manager.membership).exists()
    for browser, page in (
        (acting(guide), record),
        (acting(robin), reverse("participants:my_contact")),
    ):
        text = browser.get(page).text
        assert text.count("läser inte längre") == 1
        assert "läser inte längre" in text[text.index("Noor Haddad") :][:200]


def test_record_of_a_long_story_asks_twelve_questions_at_most(acting, guide, record, long_story):
    browser = acting(guide)
    browser.get(record)
    with CaptureQueriesContext(connection) as asked:
        browser.get(record)
    real = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]
    assert len(real) <= 12, "\n".join(real)
