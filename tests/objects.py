"""Whose thing is asked about: people whom each role knows in its own way, and all there is of each.

Robin is known to everybody here: the guide's own, on the coach's team, shared with Noor of social
services by a yes to notes, in the manager's unit, at the leader's door, sent to the officer, shown
to the peer and the employer, spoken for by a god man and found by a rule. Kim is on the guide's
team. The town's other board shares Mika with the guides by such a yes. Love is protected, and the
guide is named. Nobody here knows the rest.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from activities.models import Guest
from participants.models import Protection
from participants.services import protection
from portal.actor import Actor
from portal.permissions import Role
from tests.activities.factories import (
    AttendanceFactory,
    CompanyWishFactory,
    EnrolmentFactory,
    GuestSignUpFactory,
    MandatedReleaseFactory,
    ReferralFactory,
    SessionFactory,
    SuggestionFactory,
)
from tests.conftest import actor_of
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    DecisionFactory,
    DepartmentFactory,
    EmployerCardFactory,
    EmployerFactory,
    FindingFactory,
    HandoverFactory,
    MembershipFactory,
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
from tests.retention.factories import DisposalFactory, EntryFactory, RuleFactory

MISSING = UUID("00000000-0000-4000-8000-000000000000")
OF_SOMEBODY = (
    *("person_id", "contact_id", "step_id", "consent_id", "question_id", "item_id", "release_id"),
    *("decision_id", "handover_id"),
    *("enrolment_id", "attendance_id", "guest_id", "mandated_id", "placement_id", "card_id"),
    *("finding_id", "entry_id", "employer_card_id", "representative_id"),
    *("suggestion_id", "referral_id", "signed_up_id"),
)
OUT = ("other unit's", "protected", "nonexistent", "of another kind")


@dataclass
class Held:
    """Whom what a person has is shared with, sent and shown to."""

    door: object  # a session
    receiver: object  # of a yes: an organisation
    money: object  # a unit
    peer: object  # a membership
    employer: object  # an organisation
    speaks: object  # a membership
    goes_by: dict  # a proposal and its rule
    report: object  # the person whom a finding is about
    writer: object = None  # of a note: an account


def everything_of(person, held):
    """Return the ids of one thing of each kind that the person has."""
    note = ContactFactory(participant=person, author=held.writer)
    yes = ConsentFactory(participant=person, receiver=held.receiver)
    place = PlacementFactory(participant=person)
    CompanyWishFactory(participant=person, session=held.door, kind="PICK_UP")
    made = {
        "person_id": person,
        "contact_id": note,
        "step_id": StepFactory(participant=person),
        "decision_id": DecisionFactory(participant=person, watcher=MembershipFactory()),
        "handover_id": HandoverFactory(participant=person),
        "consent_id": yes,
        "question_id": QuestionFactory(participant=person, receiver=held.receiver),
        "item_id": note,
        "release_id": ReleaseFactory(consent=yes, item=note),
        "enrolment_id": EnrolmentFactory(participant=person, activity=held.door.activity),
        "attendance_id": AttendanceFactory(participant=person, session=held.door),
        "guest_id": Guest.objects.create(session=held.door, nickname="Mats"),
        "mandated_id": MandatedReleaseFactory(participant=person, receiver=held.money),
        "placement_id": place,
        "card_id": PeerCardFactory(participant=person, membership=held.peer),
        "employer_card_id": EmployerCardFactory(placement=place, receiver=held.employer),
        "representative_id": RepresentativeFactory(participant=person, membership=held.speaks),
        "finding_id": FindingFactory(participant=held.report, user_id=UserFactory().pk),
        "referral_id": ReferralFactory(
            participant=person,
            entry=held.door.activity.entry,
            sender=MembershipFactory(unit=person.unit),
        ),
        "suggestion_id": SuggestionFactory(participant=person),
        "signed_up_id": GuestSignUpFactory(session=held.door),
        "entry_id": EntryFactory(participant=person, **held.goes_by),
    }
    return {name: one.public_id for name, one in made.items()}


def people_of(guide, coach, case_manager):
    """Make the five that somebody here knows, and the two that nobody does."""
    unit, social = guide.membership.unit, case_manager.membership.unit.owner
    colleague = MembershipFactory(unit=unit)
    people = {
        "Robin": ParticipantFactory(main_contact=guide.membership, user=UserFactory()),
        "Kim": ParticipantFactory(main_contact=colleague),
        "Mika": ParticipantFactory(main_contact=MembershipFactory(unit__parent=social)),
        "Love": ParticipantFactory(main_contact=guide.membership),
        "other unit's": ParticipantFactory(
            main_contact=MembershipFactory(unit__parent=unit.parent)
        ),
        "protected": ParticipantFactory(main_contact=colleague),
    }
    for who, actor in (("Robin", coach), ("Kim", guide), ("Kim", coach)):
        TeamMemberFactory(participant=people[who], membership=actor.membership)
    for who, actor in (("Mika", guide), ("Mika", coach), ("Robin", case_manager)):
        TeamMemberFactory(
            participant=people[who], membership=actor.membership, rests_on_consent=True
        )
    return people


def protect(person, named, unit):
    """Another manager of the unit decides, and so is named."""
    protection.set_protection(
        participant=person,
        protection=Protection.MARKED,
        alias="Ola",
        reason="Hotbild enligt polisen",
        named=[named],
        by=actor_of(MembershipFactory(unit=unit, role=Role.MANAGER)),
    )


def proposal(owner):
    return {"disposal": DisposalFactory(owner=owner), "rule": RuleFactory(owner=owner)}


def scene(guide, coach, case_manager, leader, member):
    """Return who asks, and the ids of what each person has."""
    labour, unit = guide.membership.unit.owner, guide.membership.unit
    social = case_manager.membership.unit.owner
    city = UnitFactory()
    officer, reviewer = member(Role.BENEFITS_OFFICER, city), member(Role.LOG_REVIEWER, city)
    peer, speaks, employer = PeerFactory(), SpeakerFactory(), member(Role.EMPLOYER_CONTACT, city)
    company = employer.membership.unit.owner
    people = people_of(guide, coach, case_manager)
    here = SessionFactory(activity__organiser=leader.membership.unit)
    own = ParticipantFactory(user=reviewer.user)  # nobody reviews what is about themself
    known = Held(
        *(here, social, city, peer, company, speaks),
        *(proposal(labour), people["Robin"], guide.user),
    )
    strange = Held(
        *(SessionFactory(), social, UnitFactory(), PeerFactory(), DepartmentFactory()),
        *(SpeakerFactory(), proposal(social), own),
    )
    shared = replace(strange, receiver=labour)
    held = {"Robin": known, "Mika": shared}
    ids = {who: everything_of(one, held.get(who, strange)) for who, one in people.items()}
    protect(people["Love"], guide.membership, unit)
    protect(people["protected"], MembershipFactory(unit=unit), unit)
    kinds = dict(zip(OF_SOMEBODY, OF_SOMEBODY[1:] + OF_SOMEBODY[:1], strict=True))
    kinds["contact_id"], kinds["item_id"] = "step_id", "person_id"  # a step may be handed out
    ids["nonexistent"] = dict.fromkeys(OF_SOMEBODY, MISSING)
    ids["of another kind"] = {name: ids["Robin"][other] for name, other in kinds.items()}
    cast = {
        "guide": guide,
        "coach": coach,
        "case": case_manager,
        "manager": member(Role.MANAGER),
        "leader": leader,
        "officer": officer,
        "reviewer": reviewer,
        "admin": member(Role.ADMINISTRATOR, city),
        "peer": actor_of(peer),
        "employer": employer,
        "speaks": actor_of(speaks),
        "robin": Actor(people["Robin"].user),
    }
    beside = {  # in the same address: things that are within reach
        "session_id": here.pk,
        "unit_id": here.activity.organiser_id,
        "found_id": here.activity.entry.pk,
        "membership_id": coach.membership.pk,
        "employer_id": EmployerFactory(owner=labour).public_id,
    }
    return cast, {who: one | beside for who, one in ids.items()}
