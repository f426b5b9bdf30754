"""Every URL and every role, with the answer that each gets: a URL without its row fails the run.

The table stands in tests/access_table.txt. Its rows ask about Robin, whose main contact is the
guide; the coach is on Robin's team. `other` is another participant, `outsider` a guide of
another unit, `case` a case manager of another organisation without Robin's yes, `leader` leads
Corner, where Robin has a place, and `officer` decides on money for the unit that a release of
Robin's has been sent to, `peer` and `employer` have been shown a card of Robin's, and `speaks` is
Robin's god man.

On every change each page is asked by everybody whom it answers otherwise than it answers most,
and by one of those most, drawn anew each time; in the nightly size by all.
"""

import logging
from collections import Counter
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from activities import guest_links
from activities.models import Guest, OpeningException
from employers.notifications import asking
from portal.actor import Actor
from portal.permissions import Role
from tests.activities.factories import (
    AttendanceFactory,
    CompanyWishFactory,
    EnrolmentFactory,
    EventFactory,
    GuestSignUpFactory,
    InvitationFactory,
    MandatedReleaseFactory,
    OpeningRuleFactory,
    ReferralFactory,
    SessionFactory,
    SheetFactory,
    SuggestionFactory,
    SupportFactory,
)
from tests.conftest import actor_of
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    DecisionFactory,
    DepartmentFactory,
    EmployerAskFactory,
    EmployerCardFactory,
    FindingFactory,
    HandoverFactory,
    ParticipantFactory,
    PeerCardFactory,
    PeerFactory,
    PlacementFactory,
    QuestionFactory,
    ReleaseFactory,
    RepresentativeFactory,
    SpeakerFactory,
    StepFactory,
    TeamMemberFactory,
    UnitFactory,
    UserFactory,
)
from tests.retention.factories import EntryFactory
from tests.size import some

TABLE = Path(__file__).with_name("access_table.txt")
CAST, *ROWS = [
    line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")
]


def named_urls(patterns, namespace="", route=""):
    """Yield every named URL as `reverse` spells it, with the names that it captures."""
    for one in patterns:
        if isinstance(one, URLPattern):
            names = [*route, *one.pattern.regex.groupindex]
            yield f"{namespace}{one.name}", names
        else:
            inner = f"{one.namespace}:" if one.namespace else ""
            captured = [*route, *one.pattern.regex.groupindex]
            yield from named_urls(one.url_patterns, namespace + inner, captured)


URLS = dict(named_urls(get_resolver().url_patterns))


@pytest.fixture
def cast(guide, outsider, case_manager, job_coach, manager, leader, robin, member):
    stranger = ParticipantFactory(user=UserFactory(username="annan"))
    city = UnitFactory(parent=DepartmentFactory(name="Stadsledningen"))
    return {
        "nobody": None,
        "robin": robin,
        "other": Actor(stranger.user),
        "guide": guide,
        "outsider": outsider,
        "case": case_manager,
        "coach": job_coach,
        "manager": manager,
        "leader": leader,
        "employer": member(Role.EMPLOYER_CONTACT, city),
        "officer": member(Role.BENEFITS_OFFICER, city),
        "reviewer": member(Role.LOG_REVIEWER, city),
        "admin": member(Role.ADMINISTRATOR, city),
        "peer": actor_of(PeerFactory()),
        "speaks": actor_of(SpeakerFactory()),
    }


def an_event(leader):
    """Return what stands in the addresses of a meeting that Corner holds, and has begun."""
    event = EventFactory(organiser=leader.membership.unit)
    session, invitation = SessionFactory(activity=event), InvitationFactory(activity=event)
    guest = GuestSignUpFactory(session=session)
    return {
        "event_slug": event.slug,
        "time_id": session.pk,
        "invitation_id": invitation.pk,
        "invited_key": guest_links.invitation_key(invitation),
        "own_key": guest_links.OWN.sign(str(guest.pk)),
        "point_id": session.points.create(said="Bussen", unit=event.organiser).pk,
        "signed_up_id": guest.public_id,
    }


def a_question(employer):
    """Return what stands in the addresses of a question to an employer."""
    ask = EmployerAskFactory(employer=employer)
    return {"ask_id": ask.public_id, "ask_key": asking.SIGNER.sign(str(ask.pk))}


@pytest.fixture
def captures(robin_person, guide, job_coach, leader, social, labour, cast):
    """What stands in the addresses: things of Robin's, and of Corner's."""
    TeamMemberFactory(participant=robin_person, membership=job_coach.membership)
    session = SessionFactory(activity__organiser=leader.membership.unit)
    enrolment = EnrolmentFactory(activity=session.activity, participant=robin_person)
    CompanyWishFactory(session=session, participant=robin_person, kind="PICK_UP")
    support = SupportFactory(slug=session.activity.slug)
    SheetFactory(slug=session.activity.slug, organisation=leader.membership.unit)
    company = cast["employer"].membership.unit.owner
    placement = PlacementFactory(participant=robin_person, employer__organisation=company)
    shown = EmployerCardFactory(placement=placement, receiver=company)
    attendance = AttendanceFactory(session=session, participant=robin_person)
    guest = Guest.objects.create(session=session, nickname="Mats")
    note = ContactFactory(participant=robin_person, author=guide.user)
    release = MandatedReleaseFactory(
        participant=robin_person, receiver=cast["officer"].membership.unit
    )
    yes = ConsentFactory(participant=robin_person, receiver=social)
    activity = session.activity
    unlike = OpeningException.objects.create(activity=activity, on="2040-01-01")
    closing = activity.place.closings.create(first_on="2040-01-01", last_on="2040-01-01")
    entry = EntryFactory(disposal__owner=labour, participant=robin_person)
    return {
        "disposal_id": entry.disposal.public_id,
        "entry_id": entry.public_id,
        "person_id": robin_person.public_id,
        "contact_id": note.public_id,
        "step_id": StepFactory(participant=robin_person).public_id,
        "decision_id": DecisionFactory(participant=robin_person).public_id,
        "handover_id": HandoverFactory(participant=robin_person).public_id,
        **a_question(placement.employer),
        "consent_id": yes.public_id,
        "question_id": QuestionFactory(participant=robin_person, receiver=social).public_id,
        "item_id": note.public_id,
        "release_id": ReleaseFactory(consent=yes, item=note).public_id,
        "membership_id": job_coach.membership.pk,
        "organisation_id": job_coach.membership.unit_id,
        "user_id": job_coach.user_id,
        "owner_id": labour.pk,
        "slug": activity.slug,
        "rule_id": OpeningRuleFactory(activity=activity).pk,
        "exception_id": unlike.pk,
        "closing_id": closing.pk,
        "remark_id": activity.hours_remarks.create(text="Vi stänger tidigare").pk,
        "next_id": activity.next_steps.create(to_support=support).pk,
        "secret": "a" * 32,
        "unit_id": session.activity.organiser_id,
        "session_id": session.pk,
        "found_id": SessionFactory().activity.entry.pk,
        "referral_id": ReferralFactory(
            participant=robin_person, entry=session.activity.entry, sender=guide.membership
        ).public_id,
        "suggestion_id": SuggestionFactory(participant=robin_person).public_id,
        "enrolment_id": enrolment.public_id,
        "attendance_id": attendance.public_id,
        "guest_id": guest.public_id,
        "finding_id": FindingFactory(participant=robin_person, user_id=guide.user_id).public_id,
        "employer_id": placement.employer.public_id,
        "placement_id": placement.public_id,
        "employer_card_id": shown.public_id,
        "mandated_id": release.public_id,
        "card_id": PeerCardFactory(
            participant=robin_person, membership=cast["peer"].membership
        ).public_id,
        "representative_id": RepresentativeFactory(
            participant=robin_person, membership=cast["speaks"].membership
        ).public_id,
        **an_event(leader),
        "gateway": "elks",
        "public_id": uuid4(),
        "token": uuid4(),
        "sign": "a" * 32,
        "pk": 0,
        "kind_code": "step_due",
        "provider_id": "e-legitimation",
        "key": "MQ:x",
        "uidb36": "1",
    }


@pytest.fixture
def browsers(cast, acting):
    return {who: acting(actor) if actor else Client() for who, actor in cast.items()}


@pytest.fixture
def quiet():
    """Two lines of the log for each of a thousand requests take a fifth of their time."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def asked_now(codes):
    """Choose who asks: those with an answer of their own, and some of the many with the same."""
    most = Counter(codes).most_common(1)[0][0]
    of_most = [who for who, code in zip(CAST, codes, strict=True) if code == most]
    drawn = some(of_most, 1)
    return [who for who in CAST if who not in of_most or who in drawn]


def answer(method, name, browser, captures):
    """Ask; what the answer changed is undone before the next one asks."""
    url = reverse(name, kwargs={capture: captures[capture] for capture in URLS[name]})
    with transaction.atomic():
        cookies = browser.cookies.copy()
        found = str(browser.generic(method, url).status_code)
        browser.cookies = cookies
        transaction.set_rollback(True)
    return found


def wrong_answers(row, askers, browsers, captures):
    method, name, *codes = row
    wanted = dict(zip(CAST, codes, strict=True))
    found = {who: answer(method, name, browsers[who], captures) for who in askers}
    return {
        f"{method} {name} as {who}": f"{code}, not {wanted[who]}"
        for who, code in found.items()
        if code != wanted[who]
    }


def test_every_url_has_a_row():
    assert set(URLS) == {name for _, name, *_ in ROWS}


def test_each_role_gets_the_answer_of_the_table(browsers, captures, quiet):
    """One test for the table, or by day for half of it: the cast signs in once."""
    wrong = {}
    for row in some(ROWS, len(ROWS) // 2):
        wrong |= wrong_answers(row, asked_now(row[2:]), browsers, captures)
    assert not wrong


def test_a_page_that_is_left_open_is_found(browsers, captures, settings):
    settings.ROOT_URLCONF = "tests.holes"
    row = next(row for row in ROWS if row[1] == "person_record")
    shut_out = [who for who, code in zip(CAST, row[2:], strict=True) if code != "200"]
    assert len(wrong_answers(row, CAST, browsers, captures)) == len(shut_out) > 10
