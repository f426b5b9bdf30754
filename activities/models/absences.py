"""That somebody who has a timetable does not come: said before, or noted at the door."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.models.sessions import Session
from activities.models.taking_part import TakingPartQuerySet, about_activities
from participants.models import Item


class AbsenceReason(models.TextChoices):
    """Why, as far as anybody wants to say. Nothing about health is asked for (domain.md R23)."""

    UNSAID = "UNSAID", _("I would rather not say")
    ILL = "ILL", _("Ill")
    OTHER_TIME = "OTHER_TIME", _("Another appointment")
    OTHER = "OTHER", _("Something else")
    UNHEARD = "UNHEARD", _("We have not heard anything")  # noted at the door alone


class AbsenceQuerySet(TakingPartQuerySet["Absence"]):
    def standing(self) -> Self:
        """Return those that have not been taken back."""
        return self.filter(withdrawn_at=None)

    def unheard(self) -> Self:
        """Return those about which nobody has said a word."""
        return self.standing().filter(reason=AbsenceReason.UNHEARD)


class Absence(Item):
    """A day of somebody's timetable when they do not come. Unmarked is not absent: this is said.

    Only a timetable knows absence. It is never sent to those who decide on money, and never counted
    against anybody: two in a row that nobody has heard about make a colleague get in touch.
    """

    said_in = "session__activity__name"

    info_type = about_activities()
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="absences")
    reason = models.CharField(_("why"), max_length=10, choices=AbsenceReason)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    # What a colleague was asked to do because of it, if anything.
    step = models.ForeignKey(
        "participants.Step",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("day when somebody does not come")
        verbose_name_plural = _("days when somebody does not come")
        indexes = [
            models.Index(fields=["participant", "-created_at", "-id"], name="absence_of_a_person")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "participant"], name="a_person_is_away_from_a_session_once"
            ),
            models.CheckConstraint(
                name="only_silence_makes_a_colleague_get_in_touch",
                condition=Q(step=None) | Q(reason=AbsenceReason.UNHEARD),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session}"
