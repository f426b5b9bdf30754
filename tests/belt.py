"""A small town that has a row for every verdict, and what the code says of each table."""

from datetime import timedelta
from types import SimpleNamespace

from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from activities.models import (
    Absence,
    Attendance,
    CompanyWish,
    DoorCode,
    Enrolment,
    Guest,
    GuestSignUp,
    MandatedRelease,
    Referral,
    SignUp,
    Suggestion,
)
from employers.models import EmployerCard, FollowUpNote, Placement, PlacementFollowUp
from participants.models import (
    AwaitedDecision,
    Caseload,
    Consent,
    ConsentQuestion,
    Contact,
    Disclosure,
    Goal,
    Handover,
    Intake,
    IntakeOpening,
    MainContact,
    NamedStaff,
    Participant,
    PeerCard,
    PersonalNumber,
    ProtectedDetails,
    Protection,
    ProtectionChange,
    Release,
    Representative,
    Step,
    TeamMember,
)
from participants.models.items import item_models
from portal.actor import NOBODY, Actor
from portal.models import Access, InfoType, Level
from portal.pages.log.models import Decision, Finding, Source
from portal.pages.retention.models import Entry, Hold
from portal.permissions import Role
from portal.policies import Protect
from portal.reminders.models import (
    Line,
    PastReminder,
    Receipt,
    Reminder,
    ReminderAttempt,
    Reply,
    Said,
    Status,
    Wish,
)
from tests.activities.factories import (
    AbsenceFactory,
    ActivityFactory,
    AttendanceFactory,
    CompanyWishFactory,
    EnrolmentFactory,
    GuestSignUpFactory,
    MandatedReleaseFactory,
    ReferralFactory,
    SessionFactory,
    SignUpFactory,
    SuggestionFactory,
)
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    DecisionFactory,
    EmployerCardFactory,
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
from tests.retention.factories import EntryFactory

DAY = timedelta(days=1)
SAME = 1_000_000  # a number that two tables have in common


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


def own_entries(actor):
    owner = actor.organisation_id if actor.role == Role.MANAGER else 0
    return Entry.objects.filter(disposal__owner=owner)


# What the first belt says, by model.
EXPECTED = {
    **{
        model: model._default_manager.all().visible_to
        for model in (
            *(Participant, Consent, Contact, Step, Goal, Enrolment, SignUp, Attendance, Absence),
            *(Suggestion, Referral, DoorCode, CompanyWish, AwaitedDecision),
            *(Placement, FollowUpNote, PlacementFollowUp, EmployerCard),
            *(ConsentQuestion, Release, Disclosure, MandatedRelease, Handover),
            *(ProtectedDetails, ProtectionChange, NamedStaff, PeerCard),
            Representative,
        )
    },
    **{model: of_people(model) for model in (MainContact, Intake, TeamMember, Hold, IntakeOpening)},
    Entry: own_entries,
    PersonalNumber: of_people(PersonalNumber, Level.READ),
    Caseload: own_caseload,
    Access: own_access,
    Guest: own_guests,
    GuestSignUp: GuestSignUp.objects.run_by,
    Finding: Finding.objects.visible_to,
    Decision: lambda actor: Decision.objects.filter(finding__in=Finding.objects.visible_to(actor)),
    Wish: lambda actor: (
        of_people(Wish, Level.READ, through="participant_id")(actor)
        | Wish.objects.filter(recipient_kind="STAFF", recipient_id=actor.user_id)
    ),
    Reminder: of_people(Reminder, Level.READ, through="participant_id"),
    PastReminder: of_people(PastReminder, Level.READ, through="participant_id"),
    ReminderAttempt: lambda _actor: ReminderAttempt.objects.none(),
    Receipt: lambda _actor: Receipt.objects.none(),
    Reply: lambda _actor: Reply.objects.none(),
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
        kept=person(None, "kept", unit=unit),
        beside=person(None, "beside", unit=unit),
    )
    now = timezone.now()
    robin = people.robin
    left = {"opened_at": now - 9 * DAY, "closed_at": now - DAY}  # waited here, has a contact there
    Intake.objects.create(participant=people.strange, unit=unit, **left)
    TeamMemberFactory(participant=robin, membership=coach.membership, pk=SAME)
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
        guard(one, guide.membership, {"open": unit, "there": social_unit})
        ask_and_hand_out(one, (unit.owner, social_unit.owner, leader.membership.unit.owner))
    Participant.objects.filter(pk=people.kept.pk).update(
        protection=Protection.MARKED, unit=None, phone="", email=""
    )
    let_guests_come_and_colleagues_choose(sessions)
    shown = show(robin, noor.unit.owner, leader.membership.unit.owner)
    others = {
        "beside": {"user": people.beside.user},  # works with nobody, and waits there too
        "chooser": {"user": UserFactory(pk=SAME)},
        "former": {"role": Role.MANAGER, "ended_at": now - DAY},
        "coming": {"role": Role.MANAGER, "started_at": now + DAY},
        "former guide": {"ended_at": now - DAY},
        "coming guide": {"started_at": now + DAY},
    }
    made = {name: MembershipFactory(unit=unit, **what) for name, what in others.items()}
    around = {name: Actor(one.user, one) for name, one in made.items()}
    around["shown"] = Actor(shown.user, shown)
    for owner in (unit.owner, social_unit.owner):
        first = EntryFactory(disposal__owner=owner, participant=robin)
        EntryFactory(disposal=first.disposal, rule=first.rule, participant=people.far)
    for name, where in (("officer", unit), ("officer there", social_unit)):
        decides = MembershipFactory(unit=where, role=Role.BENEFITS_OFFICER)
        around[name] = Actor(decides.user, decides)
        besides = MembershipFactory(user=decides.user)  # and so reads nothing of Kim's here
        TeamMemberFactory(participant=people.kim, membership=besides)
    around["peer"] = show_cards(people, sessions)
    around |= show_at_work(people)
    around["speaks"] = let_speak(people, around["peer"].user, social_unit.owner)
    reviewer = MembershipFactory(unit=unit, role=Role.LOG_REVIEWER)
    person(cast.outsider.membership, "reviewed", user=reviewer.user)
    Finding.objects.create(
        source=Source.RULE, on=timezone.localdate(), user_id=reviewer.user_id, participant=robin
    )
    Finding.objects.create(
        source=Source.RULE,
        on=timezone.localdate(),
        user_id=guide.user_id,
        participant=reviewer.user.participant,
    )
    Finding.objects.create(
        source=Source.REPORT, on=timezone.localdate(), participant=people.beside, text="?"
    )
    around["reviewer"] = Actor(reviewer.user, reviewer)
    own = {name: Actor(getattr(people, name).user) for name in ("robin", "strange")}
    return {
        **vars(cast),
        "elsewhere": Actor(guide.user, elsewhere),
        **around,
        **own,
        "nobody": NOBODY,
    }


def let_guests_come_and_colleagues_choose(sessions):
    Wish.objects.create(recipient_kind="STAFF", recipient_id=SAME)
    Wish.objects.create(recipient_kind="PARTICIPANT", recipient_id=SAME, participant_id=SAME)
    for session in sessions:
        Guest.objects.create(session=session, nickname="Nicke")
        GuestSignUpFactory(session=session)


def person(contact, name, unit=None, user=None):
    user = user or UserFactory(username=name)
    if contact:
        return ParticipantFactory(main_contact=contact, user=user, first_name=name)
    made = Participant.objects.create(first_name=name, last_name="Almqvist", user=user)
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
    watches = {"watcher": MembershipFactory()}
    for kind in (InfoType.PLAN, InfoType.HEALTH):
        StepFactory(**about, info_type=kind)
        StepFactory(**about, info_type=kind, owner=other_owner)
        DecisionFactory(**about, **watches, info_type=kind)
        DecisionFactory(**about, **watches, info_type=kind, owner=other_owner)
    for number, (kind, owner) in enumerate(
        ((InfoType.WISHES, one.unit.owner), (InfoType.HEALTH, other_owner))
    ):
        replaced = now if number else None
        Goal.objects.create(**about, owner=owner, info_type=kind, text="Jobb", replaced_at=replaced)
    first, second = (session.activity.entry for session in sessions)
    third = again(sessions[0]).activity.entry
    answered = {"answered_at": now, "answer": "YES"}
    for slot, kind, owner, entry, how in (
        (1, InfoType.PLAN, one.unit.owner, first, {}),
        (2, InfoType.PLAN, other_owner, second, {}),
        (3, InfoType.HEALTH, one.unit.owner, third, {}),
        (3, InfoType.HEALTH, other_owner, first, answered),
    ):
        of = {**about, "owner": owner, "info_type": kind}
        SuggestionFactory(**of, slot=slot, entry=entry, **how)
    supporter = MembershipFactory()
    for session in sessions:
        entry = session.activity.entry
        ReferralFactory(**about, entry=entry, sender=supporter)
        ReferralFactory(**about, entry=entry, sender=supporter, taken_back_at=now)
    for owner, kind in (
        (one.unit.owner, InfoType.PLACEMENT),
        (other_owner, InfoType.PLACEMENT),
        (one.unit.owner, InfoType.MONEY),
    ):
        placement = PlacementFactory(**about, supporter=supporter, owner=owner, info_type=kind)
        PlacementFollowUp.objects.create(placement=placement, due_on=timezone.localdate())
        EmployerCardFactory(placement=placement)
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
            AbsenceFactory(**of, session=another)
    on = timezone.localdate()
    code = {"look_up": str(one.pk).encode(), "sealed": b"-", "drawn_on": on, "used_on": on}
    DoorCode.objects.create(**about, unit=sessions[0].activity.organiser, **code)
    PersonalNumber.objects.create(**about, sealed=b"-", look_up=str(one.pk).encode())
    for source in Source:
        finding = Finding.objects.create(
            **about, source=source, on=timezone.localdate(), text="?", events=[one.pk]
        )
        Decision.objects.create(finding=finding, verdict="OK", note="-", author=supporter.user)
    Wish.objects.create(recipient_kind="PARTICIPANT", recipient_id=one.pk, participant_id=one.pk)
    PastReminder.objects.create(
        id=one.pk,
        kind="probe",
        subject_id=one.pk,
        recipient_kind="PARTICIPANT",
        recipient_id=one.pk,
        participant_id=one.pk,
        due_at=now - 99 * DAY,
        channel="EMAIL",
        status=Status.ACCEPTED,
        repeats=0,
        ended_at=now - 99 * DAY,
    )
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
    told = {"gateway": "elks", "reference": f"s{one.pk}", "reminder": reminder}
    Receipt.objects.create(**told, word="sent", lease_token=one.public_id)
    Reply.objects.create(**told, said=Said.COMES)


def guard(one, contact, units):
    """Write what surrounds a protection, an opening and the wall, though nobody is protected."""
    now, about = timezone.now(), {"participant": one}
    ProtectedDetails.objects.create(**about, first_name="Mio", last_name="Ek")
    ProtectionChange.objects.create(**about, protection=0, reason="Hotbilden har upphört")
    NamedStaff.objects.create(**about, membership=contact)
    Hold.objects.create(**about, reason="Begärd handling", started_by=contact.user)
    if waits := one.intakes.first():
        IntakeOpening.objects.create(
            **about,
            intake=waits,
            membership=contact,
            reason="Första mötet, på bibblan",
            until=now + DAY / 24,
        )
    states = (
        {},
        {"opens_at": now + DAY},
        {"opens_at": now + DAY, "confirmed_at": now},
        {"held_at": now},
        {"taken_back_at": now, "taken_back_by": contact.user},
    )
    for unit in units.values():
        for state in states:
            MandatedReleaseFactory(**about, receiver=unit, **state)


def ask_and_hand_out(one, owners):
    """Let three organisations ask a person something, show something, and answer to the law."""
    author, speaker = UserFactory(), SpeakerFactory(unit=one.unit)
    yes = ConsentFactory(participant=one, sharing="PUSH", info_type=InfoType.WISHES)
    for owner, note in zip(owners, one.contacts.order_by("pk"), strict=False):
        ReleaseFactory(consent=yes, item=note, owner=owner)
    for owner in owners:
        ended = {"ended_at": timezone.now()}  # the table holds one that is open
        HandoverFactory(participant=one, owner=owner, taker=speaker, **ended)
        QuestionFactory(participant=one, organisation=owner, author=author)
        PeerCardFactory(participant=one, owner=owner)
        RepresentativeFactory(participant=one, owner=owner, membership=speaker, author=author)
        Disclosure.objects.create(
            participant=one,
            owner=owner,
            author=author,
            receiver="Polisen",
            info_types=[InfoType.CONTACT],
            what="Namn",
            ground="POLICE",
            reason="Lagen",
            disclosed_on=timezone.localdate(),
        )


def show(robin, another_receiver, leading):
    """Let a third department read what it is shown: every other thing about Robin.

    The rest was shown and taken back, and is shown to somebody else.
    """
    member = MembershipFactory(role=Role.CASE_MANAGER)
    TeamMemberFactory(participant=robin, membership=member, rests_on_consent=True)
    to = {"participant": robin, "sharing": "PUSH"}
    ours = {
        kind: ConsentFactory(**to, receiver=member.unit.owner, info_type=kind) for kind in InfoType
    }
    theirs = ConsentFactory(**to, receiver=another_receiver, info_type=InfoType.WISHES)
    back = {"taken_back_at": timezone.now(), "taken_back_by": member.user}
    for model in item_models().values():
        items = model._default_manager.filter(participant=robin).order_by("pk")
        for number, item in enumerate(items):
            if number % 2:
                ReleaseFactory(consent=ours[item.info_type], item=item, **back)
                ReleaseFactory(consent=theirs, item=item, owner=leading)
            else:
                ReleaseFactory(consent=ours[item.info_type], item=item)
    return member


def show_cards(people, sessions):
    """Let a peer be shown one person's card; the others are empty, over, or taken back."""
    peer = PeerFactory()
    PeerCardFactory(participant=people.robin, membership=peer)
    PeerCardFactory(participant=people.kim, membership=peer, is_empty=True)
    PeerCardFactory(participant=people.strange, membership=peer, until=timezone.now() - DAY)
    PeerCardFactory(participant=people.shared, membership=peer, taken_back_at=timezone.now())
    go_along(people, peer, sessions)
    return Actor(peer.user, peer)


def go_along(people, peer, sessions):
    """Let a peer have promised one; others are open, over, taken back, or want to be fetched."""
    CompanyWishFactory(participant=people.robin, companion=peer)
    CompanyWishFactory(participant=people.kim)
    CompanyWishFactory(participant=people.strange, companion=PeerFactory())
    over = SessionFactory(starts_at=timezone.now() - DAY)
    CompanyWishFactory(participant=people.shared, companion=peer, session=over)
    CompanyWishFactory(participant=people.far, companion=peer, ended_at=timezone.now())
    fetched = {"kind": "PICK_UP"}
    for session in sessions:
        CompanyWishFactory(participant=people.robin, session=session, **fetched)
        CompanyWishFactory(participant=people.kim, session=session)
        back = timezone.now()
        CompanyWishFactory(participant=people.shared, session=session, ended_at=back, **fetched)


def show_at_work(people):
    """Let a company be shown one card, and asked about another; the rest is over, or taken back.

    A guide who is employed there, as where the town itself takes somebody on, sees none of it.
    """
    erik = MembershipFactory(role=Role.EMPLOYER_CONTACT)
    now, receiver = timezone.now(), {"receiver": erik.unit.owner}
    for one, what in (
        (people.robin, {}),
        (people.kim, {"is_empty": True}),
        (people.strange, {"until": now - DAY}),
        (people.shared, {"taken_back_at": now}),
    ):
        EmployerCardFactory(placement=PlacementFactory(participant=one), **receiver, **what)
    beside = MembershipFactory(unit=erik.unit)
    return {"employer": Actor(erik.user, erik), "beside the employer": Actor(beside.user, beside)}


def let_speak(people, user, there):
    """Let somebody, who is a peer too, speak for people: now, before, later, and as far as ticked.

    One row has the number of the coach's place on a team: a number alone opens nothing.
    """
    speaker = MembershipFactory(user=user, role=Role.REPRESENTATIVE)
    by, today = {"membership": speaker}, timezone.localdate()
    every = [kind for kind in InfoType if kind != InfoType.FOLLOW_UP]
    written = {"info_types": every, "in_writing": "Rätten har skrivit det"}
    RepresentativeFactory(participant=people.robin, **by, **written)
    RepresentativeFactory(participant=people.robin, **by, owner=there, pk=SAME)
    past = {"starts_on": today - 9 * DAY, "until": today - DAY}
    before = {"created_at": timezone.now() - 9 * DAY}
    RepresentativeFactory(participant=people.kim, **by, **past, **before)
    RepresentativeFactory(participant=people.strange, **by, starts_on=today + 2 * DAY)
    RepresentativeFactory(participant=people.shared, **by, info_types=[InfoType.WISHES])
    RepresentativeFactory(participant=people.kept, **by, owner=there)
    ended = {"ended_at": timezone.now(), "ended_by": user}
    RepresentativeFactory(participant=people.beside, **by, **ended)
    return Actor(user, speaker)


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
        AbsenceFactory(**about, session=session, created_at=at)
        CompanyWishFactory(**about, session=session, kind="PICK_UP")
        EnrolmentFactory(**about, activity=next_door.activity)


def again(session):
    """Return another session of an activity beside this one, run by the same unit."""
    return SessionFactory(activity=ActivityFactory(organiser=session.activity.organiser))
