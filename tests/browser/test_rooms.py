"""The rooms of each role, looked at with something in them. A new page joins its role's list."""

from contextlib import suppress
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.urls import NoReverseMatch, resolve, reverse

from activities.models import Activity, OpeningException
from activities.notifications import confirming
from participants.models import Intake, Protection
from participants.services import protection
from participants.services.closing import ClosingReason, close_person
from portal import audit
from portal.models import AuditAct
from portal.permissions import Role
from tests.activities.factories import (
    ActivityFactory,
    AttendanceFactory,
    CompanyWishFactory,
    EnrolmentFactory,
    MandatedReleaseFactory,
    OpeningRuleFactory,
    ReferralFactory,
    SessionFactory,
    SheetFactory,
    SignUpFactory,
    SuggestionFactory,
    SupportFactory,
)
from tests.browser.test_pages import COMPONENTS, OPEN_TO_ALL
from tests.conftest import actor_of
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    DecisionFactory,
    EmployerCardFactory,
    FindingFactory,
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
)
from tests.retention.factories import EntryFactory
from tests.size import some
from tests.test_access import ROWS, a_question, an_event

LONG = "Fråga Arbetsmarknadsförvaltningens samordningsenhet om studiebesöket"

ROBIN = [
    "participants:my_messages",
    "activities:today",
    "participants:my_plan",
    "participants:my_goal",
    "participants:my_step_write",
    "participants:my_step_done",
    "participants:my_contact",
    "participants:who_sees",
    "participants:my_disclosures",
    "log:who_looked",
    "log:looks_wrong",
    "my_extract",
    "participants:contact_detail",
    "participants:step_move",
    "participants:my_releases",
    "participants:my_question",
    "participants:consent_detail",
    "participants:consent_withdraw",
    "participants:consent_withdraw_one",
    "activities:activity_detail",
    "activities:my_absence",
    "activities:my_release_list",
    "activities:my_release",
    "activities:my_card",
    "activities:my_company",
    "activities:my_week_paper",
    "activities:my_calendar",
    "activities:my_door",
    "employers:my_placements",
    "employers:card_show",
    "employers:placement_detail",
    "more",
    "appearance",
    "push",
    "help",
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "mfa_index",
    "mfa_add_webauthn",
    "mfa_generate_recovery_codes",
    "usersessions_list",
    "sign_in_ways",
]
GUIDE_LISTS = [
    "own_messages",
    "participants:handover_list",
    "participants:person_list",
    "participants:person_register",
    "participants:intake_list",
    "employers:employer_list",
    "employers:employer_detail",
    "employers:employer_add",
    "employers:employer_edit",
    "choose_membership",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
]
GUIDE_PERSON = [
    "participants:decision_add",
    "participants:decision_answer",
    "participants:person_messages",
    "participants:person_address",
    "person_record",
    "extract",
    "participants:contact_write",
    "participants:contact_detail",
    "participants:contact_edit",
    "participants:step_write",
    "participants:step_move",
    "participants:account_open",
    "participants:password_renew",
    "participants:sign_in_help",
    "participants:card_make",
    "participants:person_confirm",
    "participants:consent_record",
    "participants:consent_detail",
    "participants:consent_withdraw",
    "participants:consent_withdraw_one",
    "participants:sharing",
    "participants:question_ask",
    "participants:peer_propose",
    "participants:representative_add",
    "participants:representative_renew",
    "participants:release_make",
    "participants:release_list",
    "participants:team_member_choose",
    "participants:team_member_add",
    "participants:team_member_end",
    "participants:person_close",
    "participants:main_contact_choose",
    "participants:main_contact_set",
    "activities:enrolment_add",
    "activities:suggestion_find",
    "activities:referral_make",
    "activities:referral_list",
    "activities:enrolment_end",
    "activities:release_add",
    "activities:person_door",
]
GUIDE_PLACE = [
    "employers:ask_send",
    "employers:employer_choose",
    "employers:placement_new",
    "employers:placement_detail",
    "employers:placement_change",
    "employers:card_record",
    "employers:follow_up_write",
    "employers:placement_end",
]
CASE_MANAGER = ["participants:person_list", "person_record"]
LEADER = [
    "activities:referral_received",
    "activities:referral_answer",
    "activities:session_list",
    "activities:session_door",
    "activities:session_week",
    "activities:session_correct",
    "activities:attendance_correct",
    "activities:session_cancel",
    "activities:session_move",
    "activities:sheet_list",
    "activities:activity_add",
    "activities:activity_change",
    "activities:way_change",
    "activities:activity_end",
    "activities:next_steps",
    "activities:support_change",
    "activities:sheet_add",
    "activities:sheet_change",
    "activities:activity_english",
    "activities:support_english",
    "activities:sheet_english",
    "activities:hours_detail",
    "activities:rule_add",
    "activities:rule_change",
    "activities:rule_remove",
    "activities:days_add",
    "activities:days_remove",
    "activities:room_choose",
    "activities:closing_add",
    "activities:absence_note",
    "activities:kiosk_open",
    "activities:event_list",
    "activities:event_add",
    "activities:event_detail",
    "activities:event_coming",
    "activities:point_list",
]
MANAGER = [
    "overview:overview",
    "overview:guide_list",
    "participants:closed_list",
    "retention:overview",
    "retention:propose",
    "retention:disposal_detail",
    "retention:hold_set",
    "retention:rule_list",
    "retention:rule_add",
    "reminder_figures",
    "participants:disclosure_list",
    "participants:disclosure_write",
]
REVIEWER = [
    "log:review_list",
    "log:review",
]
PROTECTED = [
    "participants:protected_list",
    "participants:protection_set",
    "participants:protection_lift",
    "participants:named_choose",
    "participants:named_add",
    "participants:reach_show",
]
PEER = ["participants:card_list", "activities:company_list"]
EMPLOYER = ["employers:workplace"]
SPEAKS = ["represented_list", "represented_detail"]
OFFICER = ["activities:release_list", "activities:release_detail"]
ADMINISTRATOR = [
    "reminder_texts",
    "reminder_pause",
    "administration:home",
    "administration:organisation_list",
    "administration:organisation_add",
    "administration:organisation_detail",
    "administration:unit_add",
    "administration:organisation_change",
    "administration:organisation_close",
    "administration:account_invite",
    "administration:account_list",
    "administration:account_new",
    "administration:account_detail",
    "administration:account_mend",
    "administration:account_restart",
    "administration:account_close",
    "administration:unit_choose",
    "administration:membership_start",
    "administration:membership_end",
    "administration:membership_limit",
    "activities:support_add",
]
VISITOR = [
    "employers:ask_reply",
    "activities:today",
    "activities:open_in_town",
    "activities:week_paper",
    "activities:activity_detail",
    "activities:directory",
    "activities:directory_nothing",
    "activities:support_detail",
    "activities:organisation_detail",
    "activities:invitation",
    "activities:event_sign_up",
    "activities:guest_sign_up",
    "activities:said_and_done",
    "demo_mail",
    "account_request_login_code",
    "handed_code",
    "card",
    "left",
    "link_eid",
    "socialaccount_login_cancelled",
]


FILES = {
    *("activities:today_calendar", "activities:today_data", "activities:today_worker"),
    *("overview:figures_export", "my_extract_data", "extract_data"),
    "manifest",
}


# One question each, drawn by the template of a page that stands above.
ALIKE = {
    *("participants:decision_move", "employers:ask_answer"),
    *("activities:event_change", "activities:event_time_add", "activities:minutes_write"),
    *("activities:point_add", "activities:point_change", "activities:invitation_sign_up"),
}


@pytest.fixture
def officer(member, labour):
    """Maja decides on income support."""
    return member(Role.BENEFITS_OFFICER, UnitFactory(parent=labour, name="Ekonomiskt bistånd"))


@pytest.fixture
def peer(db):
    """Kim has been where Robin is, and has signed the pledge."""
    return actor_of(PeerFactory())


@pytest.fixture
def employer(member):
    """Erik receives people at a warehouse."""
    warehouse = UnitFactory(name="Lagret i hamnen")
    return member(Role.EMPLOYER_CONTACT, warehouse, first_name="Erik", last_name="Dahl")


@pytest.fixture
def speaks(db):
    """Berit is Robin's god man."""
    return actor_of(SpeakerFactory(user__first_name="Berit", user__last_name="Lind"))


@pytest.fixture
def outside(officer, peer, employer, speaks):
    """Those who see only what is sent or shown to them, or what a paper covers."""
    return SimpleNamespace(officer=officer, peer=peer, employer=employer, speaks=speaks)


def in_the_directory(activity, robin, guide):
    """Let a support and an organisation be found; one thing is suggested, and one asked about."""
    support = SupportFactory(slug=activity.slug, name=LONG, organisation=activity.organiser)
    SheetFactory(slug=activity.slug, organisation=activity.organiser)
    asked = ReferralFactory(participant=robin, entry=activity.entry, sender=guide.membership)
    suggested = SuggestionFactory(participant=robin, author=guide.user)
    activity.next_steps.create(to_support=support)
    return {
        "found_id": activity.entry.pk,
        "referral_id": asked.public_id,
        "suggestion_id": suggested.public_id,
    }


@pytest.fixture
def scene(server, robin_person, guide, job_coach, leader, social, labour, outside):
    """Robin has a plan, a team and a place; at Corner some are coming and one is here."""
    with transaction.atomic():
        TeamMemberFactory(participant=robin_person, membership=job_coach.membership)
        note = ContactFactory(participant=robin_person, author=guide.user)
        consent = ConsentFactory(participant=robin_person, receiver=social, sharing="PUSH")
        ReleaseFactory(consent=consent, item=note, author=guide.user)
        question = QuestionFactory(
            participant=robin_person, receiver=social, info_type=2, author=guide.user
        )
        steps = [StepFactory(participant=robin_person, text=text) for text in ("Ring", LONG)]
        placement = shown_at_work(robin_person, outside.employer)
        activity = ActivityFactory(name="Kaffe och samtal", organiser=leader.membership.unit)
        rule = OpeningRuleFactory(activity=activity)
        unlike = OpeningException.objects.create(activity=activity, on="2040-01-01")
        activity.hours_remarks.create(text="Vi stänger klockan 15")
        session = SessionFactory(activity=activity)
        enrolment = EnrolmentFactory(activity=activity, participant=robin_person)
        SignUpFactory(session=session, participant=robin_person)
        for number in range(3):
            other = ParticipantFactory(main_contact=guide.membership, first_name=f"Kim{number}")
            SignUpFactory(session=session, participant=other)
        AttendanceFactory(session=session, participant=other)
        going = {"session": session, "companion": outside.peer.membership}
        CompanyWishFactory(participant=robin_person, words=LONG, **going)
        CompanyWishFactory(participant=other)
        finding = FindingFactory(participant=robin_person, user_id=guide.user_id)
        audit.record(AuditAct.VIEW, "participant", by=guide, participants=[robin_person.pk])
        release = MandatedReleaseFactory(
            participant=robin_person,
            receiver=outside.officer.membership.unit,
            released_by=guide.user,
        )
        card = PeerCardFactory(
            participant=robin_person,
            membership=outside.peer.membership,
            author=guide.user,
            line="Möt mig vid bussen, då vågar jag gå.",
            reach="070-174 06 05",
        )
        mandate = RepresentativeFactory(
            participant=robin_person, membership=outside.speaks.membership, author=guide.user
        )
        entry = EntryFactory(disposal__owner=labour, participant=robin_person)
        meeting = an_event(leader)
        gone = ParticipantFactory(main_contact=guide.membership, first_name="Kim")
        close_person(participant=gone, by=guide, reason=ClosingReason.ARRIVED)
    return {
        "person_id": robin_person.public_id,
        "disposal_id": entry.disposal.public_id,
        "contact_id": note.public_id,
        "step_id": steps[0].public_id,
        "consent_id": consent.public_id,
        "question_id": question.public_id,
        "item_id": note.public_id,
        "employer_id": placement.employer.public_id,
        "placement_id": placement.public_id,
        "session_id": session.pk,
        "slug": activity.slug,
        "rule_id": rule.pk,
        "exception_id": unlike.pk,
        **in_the_directory(activity, robin_person, guide),
        "enrolment_id": enrolment.public_id,
        "membership_id": job_coach.membership.pk,
        "finding_id": finding.public_id,
        "mandated_id": release.public_id,
        "card_id": card.public_id,
        "representative_id": mandate.public_id,
        "organisation_id": job_coach.membership.unit_id,
        "user_id": job_coach.user_id,
        "owner_id": labour.pk,
        **meeting,
        **a_question(placement.employer),
        "decision_id": DecisionFactory(participant=robin_person).public_id,
        "kind_code": "session_tomorrow",
    }


def shown_at_work(person, employer):
    """Make a place whose employer reads a card of the person's, and waits for another."""
    company = employer.membership.unit.owner
    at_work = {"employer__organisation": company}
    placement = PlacementFactory(participant=person, **at_work)
    EmployerCardFactory(placement=placement, receiver=company)
    coming = PlacementFactory(participant=ParticipantFactory(), **at_work)
    EmployerCardFactory(placement=coming, receiver=company, is_empty=True)
    return placement


@pytest.fixture
def check_rooms(check_pages, scene):
    """Look at a few of the pages in a list of names, drawn anew; at night at all of them."""

    def check(names, who=None):
        drawn = some(names, max(1, len(names) // 12))
        check_pages([(address(name, scene), None) for name in drawn], who)

    return check


def address(name, captures):
    """Reverse a URL with the captures that it takes: none, one, or a person's and one more."""
    singles = [[one] for one in captures]
    pairs = [
        [first, one] for first in ("person_id", "user_id", "slug", "event_slug") for one in captures
    ]
    for taken in ([], *singles, *pairs):
        with suppress(NoReverseMatch):
            return reverse(name, kwargs={one: captures[one] for one in taken})
    message = f"Nothing in the scene fits the address of {name}."
    raise LookupError(message)


def test_participants_rooms(check_rooms, robin):
    check_rooms(ROBIN, robin)


def test_guides_lists(check_rooms, guide):
    check_rooms(GUIDE_LISTS, guide)


def test_guides_pages_about_a_person(check_rooms, guide):
    check_rooms(GUIDE_PERSON, guide)


def test_leaders_door(check_rooms, leader):
    check_rooms(LEADER, leader)


def test_who_runs_it_confirms_without_signing_in(check_page, scene):
    activity = Activity.objects.get(slug=scene["slug"])
    check_page(urlsplit(confirming.link(activity.organiser_id)).path)


def test_managers_figures(check_rooms, manager):
    check_rooms(MANAGER, manager)


def test_log_reviewers_questions(check_rooms, member):
    check_rooms(REVIEWER, member(Role.LOG_REVIEWER))


def test_administrators_rooms(check_rooms, member):
    check_rooms(ADMINISTRATOR, member(Role.ADMINISTRATOR, first_name="Alma", last_name="Berg"))


def test_guides_pages_about_a_place(check_rooms, guide):
    check_rooms(GUIDE_PLACE, guide)


def test_case_managers_view_through_a_consent(check_rooms, case_manager):
    check_rooms(CASE_MANAGER, case_manager)


def test_officers_side_of_the_wall(check_rooms, officer):
    check_rooms(OFFICER, officer)


def test_what_a_peer_is_shown(check_rooms, peer):
    check_rooms(PEER, peer)


def test_what_a_representative_reads(check_rooms, speaks):
    check_rooms(SPEAKS, speaks)


def test_managers_pages_about_a_protected_person(check_rooms, robin_person, manager, guide):
    protection.set_protection(
        participant=robin_person,
        protection=Protection.MARKED,
        alias="Kim",
        reason="Hotbild enligt polisen",
        named=[guide.membership],
        by=manager,
    )
    check_rooms(PROTECTED, manager)
    check_rooms(("person_record", "participants:reach_show"), guide)


def test_first_meeting(check_page, server, guide, unit):
    with transaction.atomic():
        kim = ParticipantFactory(first_name="Kim", main_contact=False)
        Intake.objects.create(participant=kim, unit=unit, asked="Något att göra")
    check_page(reverse("participants:intake_open", args=[kim.public_id]), guide)


def test_what_an_employer_is_shown(check_rooms, employer):
    check_rooms(EMPLOYER, employer)


def test_rooms_open_to_all(check_rooms):
    check_rooms(VISITOR)


def test_every_page_is_looked_at_by_somebody():
    """What answers 200 in the access table is a page, and stands in a list of this folder."""
    pages = {name for method, name, *codes in ROWS if method == "GET" and "200" in codes}
    rooms = [ROBIN, GUIDE_LISTS, GUIDE_PERSON, GUIDE_PLACE, LEADER, MANAGER]
    rooms += [VISITOR, ADMINISTRATOR, REVIEWER, OFFICER, PROTECTED, PEER, EMPLOYER, SPEAKS]
    walked = {name for room in rooms for name in room} | {"start", "participants:intake_open"}
    walked |= {resolve(path.partition("?")[0]).view_name for path, _limits in OPEN_TO_ALL}
    walked |= {resolve(path.partition("?")[0]).view_name for path in COMPONENTS}
    shown = pages - FILES - ALIKE
    assert shown == walked & pages, sorted(shown - walked)
