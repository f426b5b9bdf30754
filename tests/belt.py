"""A small town that has a row for every verdict, and what the code says of each table."""

from datetime import timedelta
from types import SimpleNamespace

from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from activities.models import Attendance, Enrolment, Guest, SignUp
from employers.models import FollowUpNote, Placement, PlacementFollowUp
from participants.models import (
    Caseload,
    Consent,
    Contact,
    Goal,
    Intake,
    MainContact,
    Participant,
    PersonalNumber,
    Step,
    TeamMember,
)
from portal.actor import NOBODY, Actor
from portal.models import Access, InfoType, Level
from portal.permissions import Role
from portal.policies import Protect
from portal.reminders.models import Line, Reminder, ReminderAttempt, Status
from tests.activities.factories import (
    ActivityFactory,
    AttendanceFactory,
    EnrolmentFactory,
    SessionFactory,
    SignUpFactory,
)
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    MembershipFactory,
    ParticipantFactory,
    PlacementFactory,
    StepFactory,
    TeamMemberFactory,
    UnitFactory,
    UserFactory,
)

DAY = timedelta(days=1)


def protected():
    """Return the operation that closes each table, by table, as the migrations have it."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return {
        one.table: one
        for key in loader.graph.nodes
        for one in loader.graph.nodes[key].operations
        if isinstance(one, Protect)
    }


def of_people(model, level=Level.NAME, through="participant"):
    def visible(actor):
        people = Participant.objects.visible_to(actor, level)
        return model._default_manager.filter(**{f"{through}__in": people.values("pk")})

    return visible


def own_caseload(actor):
    return Caseload.objects.filter(membership_id=actor.membership_id)


def own_access(actor):
    return Access.objects.filter(user_id=actor.user_id, membership_id=actor.membership_id)


def own_guests(actor):
    unit = actor.membership.unit_id if actor.membership else None
    return Guest.objects.filter(session__activity__organiser=unit) if unit else Guest.objects.none()


# What the first belt says, by model.
EXPECTED = {
    **{
        model: model._default_manager.all().visible_to
        for model in (
            *(Participant, Consent, Contact, Step, Goal, Enrolment, SignUp, Attendance),
            *(Placement, FollowUpNote, PlacementFollowUp),
        )
    },
    **{model: of_people(model) for model in (MainContact, Intake, TeamMember)},
    PersonalNumber: of_people(PersonalNumber, Level.READ),
    Caseload: own_caseload,
    Access: own_access,
    Guest: own_guests,
    Reminder: of_people(Reminder, Level.READ, through="participant_id"),
    ReminderAttempt: lambda _actor: ReminderAttempt.objects.none(),
}


def scene(cast, unit, social_unit):
    """Fill every table, and return the actors whose verdicts are compared, by name."""
    guide, coach, leader = cast.guide, cast.job_coach, cast.leader
    elsewhere = MembershipFactory(
        user=guide.user, unit=social_unit, role=Role.CASE_MANAGER
    )  # the same account, at work for somebody else
    people = SimpleNamespace(
        robin=person(guide.membership, "robin"),
        kim=person(guide.membership, "kim"),
        strange=person(cast.outsider.membership, "strange"),
        shared=person(elsewhere, "shared"),
        waiting=person(None, "waiting", unit=unit),
        far=person(None, "far", unit=UnitFactory()),
        waiting_there=person(None, "waiting_there", unit=social_unit),
    )
    now = timezone.now()
    robin = people.robin
    left = {"opened_at": now - 9 * DAY, "closed_at": now - DAY}  # waited here, has a contact there
    Intake.objects.create(participant=people.strange, unit=unit, **left)
    TeamMemberFactory(participant=robin, membership=coach.membership)
    TeamMemberFactory(participant=people.kim, membership=coach.membership, ended_at=now - DAY)
    TeamMemberFactory(participant=people.strange, membership=coach.membership, started_at=now + DAY)
    noor = cast.case_manager.membership
    TeamMemberFactory(participant=robin, membership=noor, rests_on_consent=True)
    receiver = {"participant": robin, "receiver": noor.unit.owner}
    ConsentFactory(**receiver)
    ConsentFactory(**receiver, info_type=InfoType.PLAN, valid_from=now - 9 * DAY, valid_until=now)
    ConsentFactory(**receiver, info_type=InfoType.ACTIVITY, valid_from=now + DAY)
    ConsentFactory(participant=people.strange)
    next_door = UnitFactory(parent=leader.membership.unit.parent)
    sessions = [
        SessionFactory(activity=ActivityFactory(organiser=organiser))
        for organiser in (leader.membership.unit, next_door)
    ]
    MembershipFactory(user=coach.user, unit=social_unit, role=Role.MANAGER)
    MembershipFactory(unit=next_door, role=Role.ACTIVITY_LEADER)
    MembershipFactory(user=leader.user, unit=next_door, role=Role.ACTIVITY_LEADER)
    before_and_after(cast.outsider.membership, *sessions)
    for one in vars(people).values():
        fill(one, social_unit.owner, sessions)
    for session in sessions:
        Guest.objects.create(session=session, nickname="Nicke")
    others = {
        "beside": {},  # a guide of the same unit who works with nobody
        "former": {"role": Role.MANAGER, "ended_at": now - DAY},
        "coming": {"role": Role.MANAGER, "started_at": now + DAY},
        "former guide": {"ended_at": now - DAY},
        "coming guide": {"started_at": now + DAY},
    }
    made = {name: MembershipFactory(unit=unit, **what) for name, what in others.items()}
    around = {name: Actor(one.user, one) for name, one in made.items()}
    own = {name: Actor(getattr(people, name).user) for name in ("robin", "strange")}
    return {
        **vars(cast),
        "elsewhere": Actor(guide.user, elsewhere),
        **around,
        **own,
        "nobody": NOBODY,
    }


def person(contact, name, unit=None):
    user = UserFactory(username=name)
    if contact:
        return ParticipantFactory(main_contact=contact, user=user, first_name=name)
    made = Participant.objects.create(first_name=name, last_name="Alm", user=user)
    Intake.objects.create(participant=made, unit=unit)
    made.refresh_from_db()
    return made


def fill(one, other_owner, sessions):
    """Give a person one of everything: of the own owner and another, of kinds few may read."""
    about = {"participant": one}
    now = timezone.now()
    ConsentFactory(**about)
    ContactFactory(**about)
    ContactFactory(**about, owner=other_owner, audience="TEAM")
    ContactFactory(**about, audience="OWN_ORGANISATION")
    ContactFactory(**about, info_type=InfoType.HEALTH)
    for until in (now - DAY, now + DAY):
        ContactFactory(**about, held_back_until=until, held_back_reason="Vi tar det när vi ses")
    for kind in (InfoType.PLAN, InfoType.HEALTH):
        StepFactory(**about, info_type=kind)
        StepFactory(**about, info_type=kind, owner=other_owner)
    for number, (kind, owner) in enumerate(
        ((InfoType.WISHES, one.unit.owner), (InfoType.HEALTH, other_owner))
    ):
        replaced = now if number else None
        Goal.objects.create(**about, owner=owner, info_type=kind, text="Jobb", replaced_at=replaced)
    supporter = MembershipFactory()
    for owner, kind in (
        (one.unit.owner, InfoType.PLACEMENT),
        (other_owner, InfoType.PLACEMENT),
        (one.unit.owner, InfoType.MONEY),
    ):
        placement = PlacementFactory(**about, supporter=supporter, owner=owner, info_type=kind)
        PlacementFollowUp.objects.create(placement=placement, due_on=timezone.localdate())
        FollowUpNote.objects.create(
            **about, owner=owner, info_type=kind, placement=placement, text="Bra", occurred_at=now
        )
    for session in sessions:
        for owner, kind in (
            (one.unit.owner, InfoType.ACTIVITY),
            (other_owner, InfoType.HEALTH),
        ):
            of = {**about, "owner": owner, "info_type": kind}
            another = session if kind == InfoType.ACTIVITY else again(session)
            EnrolmentFactory(**of, activity=another.activity)
            SignUpFactory(**of, session=another)
            AttendanceFactory(**of, session=another)
    PersonalNumber.objects.create(**about, sealed=b"-", look_up=str(one.pk).encode())
    reminder = Reminder.objects.create(
        kind="probe",
        subject_id=one.pk,
        recipient_kind="PARTICIPANT",
        recipient_id=one.pk,
        participant_id=one.pk,
        due_at=now,
        next_at=now,
        not_after=now + DAY,
        priority=1,
        channel="EMAIL",
        status=Status.PLANNED,
    )
    ReminderAttempt.objects.create(reminder=reminder, lease_token=one.public_id, line=Line.BEGUN)


def before_and_after(contact, here, next_door):
    """Let somebody have been here, and somebody else be on their way; next door they are known."""
    now = timezone.now()
    gone, soon = person(contact, "gone"), person(contact, "soon")
    for one, at in ((gone, now - 90 * DAY), (soon, now + 2 * DAY)):
        about, day = {"participant": one}, timezone.localdate(at)
        ended = {"ended_on": day, "end_reason": "WORK"} if one is gone else {}
        EnrolmentFactory(**about, activity=here.activity, created_at=at, started_on=day, **ended)
        session = SessionFactory(activity=here.activity, starts_at=at, ends_at=at + DAY / 24)
        SignUpFactory(**about, session=session)
        AttendanceFactory(**about, session=session, arrived_at=at)
        EnrolmentFactory(**about, activity=next_door.activity)


def again(session):
    """Return another session of an activity beside this one, run by the same unit."""
    return SessionFactory(activity=ActivityFactory(organiser=session.activity.organiser))
