"""What the administrator and the managers find: colleagues who come and go, and files grown old."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.apps import apps
from django.db.models import DateField, ExpressionWrapper, F, Value

from participants.models import MainContact, Participant
from portal.actor import Actor
from portal.management.town.dice import Dice
from portal.management.town.order import UNUSABLE
from portal.management.town.organisations import GUIDES, LABOUR, SOCIAL
from portal.management.town.robin import actor
from portal.management.town.words import WORDS
from portal.models import InfoType, Membership, Organisation, User
from portal.pages.administration.services import accounts
from portal.pages.retention import deciding
from portal.pages.retention.models import Rule, Trigger
from portal.permissions import Role

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db import models

SEED = 77
OLD = timedelta(days=2300)  # how long ago the files of some closed people are moved
OLD_FILES = 4
ENDS_IN = timedelta(days=12)
KEPT = (
    InfoType.CONTACT,
    InfoType.PLAN,
    InfoType.ACTIVITY,
    InfoType.PLACEMENT,
    InfoType.FOLLOW_UP,
)
FOR_RESEARCH = (InfoType.CONTACT, InfoType.FOLLOW_UP)
YEARS = 5


class Keeping:
    """Written through the services, as the colleagues would do it."""

    def __init__(self, *, today: date, now: datetime) -> None:
        self.today, self.now = today, now
        self.dice = Dice(SEED)
        self.alma, self.karin = actor("admin@example.org"), actor("karin@example.org")
        self.labour = Organisation.objects.get(name=LABOUR)

    def tell(self) -> None:
        """Write it all down; to be called in one transaction, before figures are counted."""
        self.come_and_go()
        self.rule()
        self.grow_old()
        self.propose()

    def come_and_go(self) -> None:
        """One colleague is invited, and one is about to leave people behind."""
        words = WORDS["keeping"]
        invited = accounts.invite(
            by=self.alma,
            submission_id=self.uuid(),
            email="ida.oberg@example.org",
            first_name=words["first_name"],
            last_name=words["last_name"],
            phone="+46701740611",
            unit=Organisation.objects.get(name=GUIDES),
            role=Role.GUIDE,
            caseload_limit=25,
            started_at=None,
            ended_at=None,
        )
        User.objects.filter(pk=invited.pk).update(password=UNUSABLE)  # the same in every town
        holding = MainContact.objects.open().values("membership")
        guides = Membership.objects.filter(role=Role.GUIDE, pk__in=holding).order_by("-pk")
        Membership.objects.filter(pk=guides[0].pk).update(ended_at=self.now + ENDS_IN)

    def rule(self) -> None:
        """Five years, and what the law keeps for research."""
        for name, source in WORDS["keeping"]["sources"].items():
            Rule.objects.bulk_create(
                Rule(
                    owner=Organisation.objects.get(name=name),
                    info_type=kind,
                    trigger=Trigger.LAST_NOTE,
                    years=YEARS,
                    archive_days=[5, 15, 25] if name == SOCIAL or kind in FOR_RESEARCH else [],
                    valid_from=self.today.replace(month=1, day=1),
                    source=source,
                    checked_by=self.karin.user,
                )
                for kind in KEPT
            )

    def grow_old(self) -> None:
        """Move the files of some whose support has ended far back; one of them must be kept."""
        ended = Participant.objects.filter(closed_at__isnull=False, unit__owner=self.labour)
        old = list(ended.order_by("pk").values_list("pk", flat=True)[:OLD_FILES])
        for model in apps.get_models():
            names = {field.name for field in model._meta.concrete_fields}
            is_of_a_file = model._meta.app_label in {"participants", "activities", "employers"}
            if model._meta.managed and is_of_a_file and "participant" in names:
                move_back(model._base_manager.filter(participant__in=old))
        move_back(Participant.objects.filter(pk__in=old))
        kept = Participant.objects.get(pk=old[0])
        deciding.set_hold(participant=kept, by=self.karin, reason=WORDS["keeping"]["hold"])

    def propose(self) -> None:
        """The manager of the guides has proposed; Karin reads and confirms."""
        second = Membership.objects.filter(role=Role.MANAGER, unit__name=GUIDES).first()
        if second:
            deciding.propose(
                owner=self.labour,
                by=Actor(second.user, second),
                submission_id=self.uuid(),
                today=self.today,
            )

    def uuid(self) -> UUID:
        return UUID(self.dice.uuid())


def move_back(rows: models.QuerySet[models.Model]) -> None:
    """Let every day and moment in the rows be so much longer ago."""
    days = [one for one in rows.model._meta.concrete_fields if isinstance(one, DateField)]
    if days:
        rows.update(
            **{
                one.attname: ExpressionWrapper(F(one.attname) - Value(OLD), output_field=one)
                for one in days
            }
        )
