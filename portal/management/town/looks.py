"""The log of the town: who has looked at whom, told in days that have been, and what is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.db import connection

from activities.laying_out import midnight
from activities.models import Attendance
from participants.models import MainContact, Participant
from portal import audit
from portal.actor import Actor
from portal.management.town.dice import Dice
from portal.management.town.words import WORDS
from portal.models import AuditAct, AuditEvent, Ground, InfoType, Membership
from portal.pages.log import services
from portal.pages.log.models import Finding, Rule, Verdict
from portal.permissions import Role

if TYPE_CHECKING:
    from datetime import date, datetime

DAY = timedelta(days=1)
BACK = 75  # days of ordinary work
MANY = 18  # people opened in a day: the town is small
LUNCH, EVENING = 12, 21
SATURDAY = 5


class Looks:
    """Write the log anew, as if the town had lived: the story was written in one moment."""

    def __init__(self, *, today: date, now: datetime) -> None:
        self.today, self.now = today, now
        self.dice = Dice(BACK)
        self.lines: list[AuditEvent] = []
        self.person = Participant.objects.get(user__email="robin@example.org")
        self.robin = Actor(self.person.user)
        members = Membership.objects.select_related("user", "unit")
        self.by = {
            name: members.get(user__email=f"{name}@example.org")
            for name in ("samira", "noor", "petra", "lars", "loke")
        }

    def tell(self) -> None:
        """Write it all; to be called in one transaction, as the owner of the tables."""
        self._forget()
        self.robins_days()
        self.ordinary_days()
        self.odd_days()
        AuditEvent.objects.bulk_create(sorted(self.lines, key=lambda one: one.at))
        audit.seal()
        self.review()

    def _forget(self) -> None:
        """Take away the lines of the moment in which the town was built, before any seal."""
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE portal_auditevent DISABLE TRIGGER USER")
            cursor.execute("DELETE FROM portal_auditevent")
            cursor.execute("ALTER TABLE portal_auditevent ENABLE TRIGGER USER")

    def add(
        self,
        by: Membership,
        at: datetime,
        act: AuditAct = AuditAct.VIEW,
        subject: str = "participant",
        *,
        people: list[int] | None = None,
        kind: InfoType = InfoType.FOLLOW_UP,
        ground: Ground | None = Ground.MAIN_CONTACT,
    ) -> None:
        """Add a line; what has not happened yet is left out."""
        if at >= self.now:
            return
        self.lines.append(
            AuditEvent(
                at=at,
                act=act,
                subject=subject,
                participants=[self.person.pk] if people is None else people,
                info_types=[kind],
                ground=ground,
                user_id=by.user_id,
                membership_id=by.pk,
                role=by.role,
                organisation_id=by.unit.owner_id,
            )
        )

    def at(self, days: int, hour: int, minute: int = 0) -> datetime:
        return midnight(self.today - days * DAY) + timedelta(hours=hour, minutes=minute)

    def robins_days(self) -> None:
        """Who has walked along with Robin, and what they read and wrote."""
        samira, lars, petra = (self.by[name] for name in ("samira", "lars", "petra"))
        self.add(samira, self.at(150, 10), AuditAct.CREATE)
        self.add(samira, self.at(120, 10), AuditAct.CREATE, "consent")
        grounds = {"noor": Ground.CONSENT, "petra": Ground.TEAM}
        for who, days, _mode, _minutes, _text in WORDS["robin"]["contacts"]:
            ground = grounds.get(who, Ground.MAIN_CONTACT)
            self.add(self.by[who], self.at(days, 10, 52), ground=ground)
            self.add(self.by[who], self.at(days, 11, 40), AuditAct.CREATE, "contact", ground=ground)
        for days, _text in WORDS["robin"]["follow_ups"]:
            self.add(petra, self.at(days, 14), AuditAct.CREATE, "followupnote", ground=Ground.TEAM)
        for came in Attendance.objects.filter(participant=self.person):
            arrived, ground = came.arrived_at, Ground.ACTIVITY
            self.add(lars, arrived, AuditAct.CREATE, "attendance", ground=ground)
            self.add(lars, arrived - timedelta(minutes=9), AuditAct.LIST, "session", ground=None)
        self.add(samira, self.at(1, 14, 10), kind=InfoType.PLAN)
        self.add(petra, self.at(2, 9, 5), kind=InfoType.PLACEMENT, ground=Ground.TEAM)

    def ordinary_days(self) -> None:
        """Everybody reads about a few of their own people each working day."""
        own: dict[Membership, list[MainContact]] = {}
        open_contacts = MainContact.objects.open().filter(participant__protection=0)
        for one in open_contacts.select_related("membership__unit").order_by("pk"):
            own.setdefault(one.membership, []).append(one)
        for by, people in own.items():
            for days in range(BACK):
                if (self.today - days * DAY).weekday() >= SATURDAY:
                    continue
                start = self.at(days, 8, self.dice.between(2, 40))
                theirs = [one.participant_id for one in people if one.started_at < start]
                if not theirs:
                    continue
                self.add(by, start, AuditAct.LIST, "caseload", people=theirs[:50], ground=None)
                if self.dice.happens(0.4):
                    opened = start + timedelta(minutes=self.dice.between(5, 400))
                    self.add(by, opened, people=[self.dice.one_of(theirs)])

    def odd_days(self) -> None:
        """What a rule asks about: most of it has an explanation."""
        others = (
            Membership.objects.current().filter(role=Role.GUIDE).exclude(pk=self.by["samira"].pk)
        )
        stranger, second = others.order_by("-pk")[:2]
        self.add(stranger, self.at(9, EVENING, 40), ground=Ground.INTAKE)
        self.add(second, self.at(4, LUNCH, 20), AuditAct.DENIED, "person_record", ground=None)
        contacts = MainContact.objects.open().filter(membership=self.by["samira"])
        theirs = list(contacts.order_by("pk").values_list("participant_id", flat=True))
        for number, person in enumerate(theirs):
            at = self.at(6, 8, 15) + timedelta(minutes=7 * number)
            self.add(self.by["samira"], at, people=[person])
        for one in MainContact.objects.open().select_related("membership__unit", "participant"):
            if one.membership.user.last_name == one.participant.last_name:
                self.add(one.membership, self.at(3, 15, 5), people=[one.participant_id])

    def review(self) -> None:
        """What stands before Loke: Robin's questions, what the rules found, and a month's lots."""
        month = self.today.replace(day=1) - relativedelta(months=1)
        services.find_hits(since=self.at(30, 0), until=self.at(0, 0), many=MANY)
        services.draw_sample(month=month, per_unit=2)
        loke = Actor(self.by["loke"].user, self.by["loke"])
        said = WORDS["looks"]
        for days, text, answer in said["asked"]:
            found = services.report(
                participant=self.person,
                by=self.robin,
                on=self.today - days * DAY,
                text=text,
                submission_id=None,
            )
            if answer:
                services.decide(
                    finding=found,
                    by=loke,
                    verdict=Verdict.OK,
                    note=said["note"],
                    answer=answer,
                    submission_id=None,
                )
        for finding in Finding.objects.filter(reasons__contains=[Rule.MANY])[:1]:
            services.decide(
                finding=finding,
                by=loke,
                verdict=Verdict.OK,
                note=said["many"],
                submission_id=None,
            )
