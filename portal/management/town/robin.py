"""Robin, whose way in the demo tells: written through the services, then moved back in time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F
from django.utils.timezone import localdate

from activities import history
from activities.laying_out import DAY, midnight
from activities.models import Activity, Attendance, Contract, Enrolment, Session
from activities.services import sign_ups, taking_part
from employers.models import Employer, HowItGoes, Placement, PlacementKind, Spoke
from employers.services import follow_ups, placements
from participants.models import (
    Consent,
    ConsentGiven,
    ConsentPurpose,
    Contact,
    Goal,
    MainContact,
    Mode,
    Participant,
    Sharing,
    Step,
    TeamMember,
)
from participants.services import consents, contacts, people, plan
from portal.actor import Actor
from portal.management.town import asking
from portal.management.town.dice import Dice
from portal.management.town.organisations import EMPLOYER, SOCIAL
from portal.management.town.words import MOBILES, WORDS
from portal.models import InfoType, Membership, Organisation, User

if TYPE_CHECKING:
    from datetime import date, datetime

ARRIVED = 150  # days ago
BEGAN_AT_CORNER = 98
BEGAN_WORKING = 36
CORNER_DAYS = (0, 2, 3)
STAYS_AWAY = 5  # every fifth day


class Story:
    """What Robin and the others have done, in days counted back from today."""

    def __init__(self, *, today: date, now: datetime, password: str) -> None:
        self.today, self.now, self.password = today, now, password
        self.dice = Dice(ARRIVED)
        self.samira, self.noor, self.petra, self.lars = (
            actor(f"{name}@example.org") for name in ("samira", "noor", "petra", "lars")
        )

    def tell(self) -> None:
        """Write it all down; to be called in one transaction."""
        self.arrive()
        self.share()
        asking.ask_and_tell(self, actor("karin@example.org"))
        self.plan()
        self.talk()
        self.go_to_corner()
        self.work()
        self.say_so()

    def ago(self, days: int, hour: int = 10) -> datetime:
        """Return an hour of a day that has been."""
        return midnight(self.today - days * DAY) + timedelta(hours=hour)

    def uuid(self) -> UUID:
        return UUID(self.dice.uuid())

    def arrive(self) -> None:
        user = User.objects.create(
            username="robin",
            email="robin@example.org",
            first_name="Robin",
            last_name="Alm",
            password=self.password,
        )
        self.robin = Actor(user)
        self.person = Participant.objects.create(
            public_id=self.uuid(),
            user=user,
            first_name="Robin",
            last_name="Alm",
            phone=MOBILES[0],
            email="robin@example.org",
            registered_at=self.ago(ARRIVED),
        )
        MainContact.objects.create(
            participant=self.person,
            membership=at_work(self.samira),
            reason=WORDS["robin"]["asked"],
            started_at=self.ago(ARRIVED),
        )
        self.person.refresh_from_db()

    def share(self) -> None:
        """Robin has said yes to social services, so Noor walks along; Petra is a colleague."""
        consents.record_consent(
            participant=self.person,
            by=self.samira,
            submission_id=self.uuid(),
            receiver=Organisation.objects.get(name=SOCIAL),
            info_types=[InfoType.CONTACT, InfoType.PLAN, InfoType.ACTIVITY, InfoType.FOLLOW_UP],
            purpose=ConsentPurpose.COORDINATE,
            given=ConsentGiven.PAPER,
            witness="",
            until=self.today + 200 * DAY,
        )
        for colleague, reason in zip(
            (self.noor, self.petra), WORDS["robin"]["walk_along"], strict=True
        ):
            people.add_team_member(
                participant=self.person,
                membership=at_work(colleague),
                by=self.samira,
                submission_id=self.uuid(),
                reason=reason,
            )
        # Noor reads what Samira writes, however a new yes is set to work here.
        Consent.objects.filter(participant=self.person).update(
            valid_from=self.ago(120), sharing=Sharing.CONSENTED_VIEW
        )
        TeamMember.objects.filter(participant=self.person).update(started_at=self.ago(118))

    def plan(self) -> None:
        """A goal in Robin's own words, steps behind and steps ahead."""
        plan.set_goal(
            participant=self.person,
            by=self.robin,
            submission_id=self.uuid(),
            text=WORDS["robin"]["goal"],
        )
        Goal.objects.filter(participant=self.person).update(created_at=self.ago(140))
        for text, began, done in WORDS["robin"]["steps_taken"]:
            Step.objects.create(
                public_id=self.uuid(),
                participant=self.person,
                owner_id=plan.owner_of(self.person, self.samira),
                info_type=InfoType.PLAN,
                author=self.samira.user,
                text=text,
                created_at=self.ago(began),
                due_on=self.today - done * DAY,
                finished_at=self.ago(done, 14),
                finished_by=self.robin.user,
            )
        for at, (text, days) in enumerate(WORDS["robin"]["steps_ahead"]):
            plan.add_step(
                participant=self.person,
                by=self.samira,
                submission_id=self.uuid(),
                text=text,
                due_on=self.today + days * DAY,
                assignee=at_work(self.samira) if at == 1 else None,
            )
        Step.objects.open().filter(participant=self.person).update(created_at=self.ago(3))

    def talk(self) -> None:
        by = {"samira": self.samira, "noor": self.noor, "petra": self.petra}
        for who, days, mode, minutes, text in WORDS["robin"]["contacts"]:
            contacts.write_contact(
                participant=self.person,
                by=by[who],
                submission_id=self.uuid(),
                occurred_at=self.ago(days, 11),
                mode=Mode(mode),
                minutes=minutes,
                text=text,
            )

    def go_to_corner(self) -> None:
        """Three mornings a week at Corner, and most of them kept."""
        corner = Activity.objects.get(slug="corner-verkstan")
        first = self.today - BEGAN_AT_CORNER * DAY
        enrolment = taking_part.enrol(
            participant=self.person,
            activity=corner,
            by=self.samira,
            started_on=first,
            weekdays=CORNER_DAYS,
            submission_id=self.uuid(),
        )
        Enrolment.objects.filter(pk=enrolment.pk).update(created_at=self.ago(BEGAN_AT_CORNER + 2))
        sessions = corner.sessions.held().between(midnight(first), midnight(self.today))
        own = [one for one in sessions if localdate(one.starts_at).weekday() in CORNER_DAYS]
        Attendance.objects.bulk_create(
            Attendance(
                public_id=self.uuid(),
                participant=self.person,
                owner_id=corner.owner_id,
                author=self.lars.user,
                created_at=one.starts_at,
                session=one,
                arrived_at=one.starts_at,
                left_at=one.ends_at,
            )
            for number, one in enumerate(own)
            if number % STAYS_AWAY
        )
        self._left_early()

    def _left_early(self) -> None:
        """Robin came with a friend the last time and left early: Lars put that right afterwards."""
        last = Attendance.objects.filter(participant=self.person).latest("arrived_at")
        last.history = [
            history.entry(
                last.stood, at=last.session.ends_at + timedelta(hours=2), by=str(self.lars.user)
            )
        ]
        last.left_at, last.companions = last.session.ends_at - timedelta(minutes=50), 1
        last.save(update_fields=["history", "left_at", "companions"])

    def work(self) -> None:
        """Work training that goes well, and a study visit next week."""
        training = self._placement(
            "Sundets Trädgård",
            kind=PlacementKind.WORK_TRAINING,
            occupation=WORDS["robin"]["training"],
            starts_on=self.today - BEGAN_WORKING * DAY,
            ends_on=self.today + 54 * DAY,
            hours_per_week=8,
        )
        Placement.objects.filter(pk=training.pk).update(created_at=self.ago(BEGAN_WORKING + 3))
        follow_ups.plan_follow_ups(follow_ups.lock(training))
        for days, text in WORDS["robin"]["follow_ups"]:
            follow_ups.write_follow_up(
                placement=training,
                by=self.petra,
                submission_id=self.uuid(),
                occurred_at=self.ago(days, 13),
                how_it_goes=HowItGoes.WELL,
                spoke_with=Spoke.BOTH,
                mode=Mode.MEETING,
                text=text,
            )
        visit = self.today + 7 * DAY
        self._placement(
            EMPLOYER,
            kind=PlacementKind.STUDY_VISIT,
            occupation=WORDS["robin"]["visit"],
            starts_on=visit,
            ends_on=visit,
        )
        Contact.objects.filter(participant=self.person).update(created_at=F("occurred_at"))

    def _placement(self, employer: str, **fields: object) -> Placement:
        return placements.create_placement(
            participant=self.person,
            employer=Employer.objects.get(name=employer),
            supporter=at_work(self.petra),
            by=self.petra,
            submission_id=self.uuid(),
            **fields,
        )

    def say_so(self) -> None:
        """Robin means to come to something open in the coming days."""
        open_to_all = Session.objects.held().filter(
            activity__contract=Contract.DAY_BY_DAY, seats=None, starts_at__gt=self.now + DAY
        )
        session = open_to_all.filter(activity__slug="verdandi-kvall").order_by("starts_at").first()
        if session:
            sign_ups.sign_up(session=session, participant=self.person, by=self.robin, now=self.now)


def actor(email: str) -> Actor:
    """Return somebody of the cast, at work."""
    membership = Membership.objects.current().select_related("user").get(user__email=email)
    return Actor(membership.user, membership)


def at_work(by: Actor) -> Membership:
    """Return what somebody of the cast is here: none of them acts for themself."""
    if by.membership is None:
        raise LookupError(by)
    return by.membership
