"""That somebody was there: who says so, with how many, and what stood before a correction."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.history import Stood, told
from activities.models.sessions import Session
from activities.models.taking_part import TakingPartQuerySet, about_activities
from participants.models import Item

MOST_COMPANIONS = 9


class HowNoted(models.TextChoices):
    """Who says that somebody was there: seen by a leader, proven, or only said."""

    DOOR = "DOOR", _("by somebody who works there")
    CARD = "CARD", _("by a card and its PIN")
    CODE = "CODE", _("by a code of four figures, seen by nobody")
    MEMBERS = "MEMBERS", _("on the members' list")


class AttendanceQuerySet(TakingPartQuerySet["Attendance"]):
    def noted(self) -> Self:
        """Return those that have not been undone."""
        return self.filter(removed_at=None)


class Attendance(Item):
    """That a person was there. Where nothing is noted nobody was away: unmarked is not absent."""

    said_in = "session__activity__name"

    info_type = about_activities()
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")
    arrived_at = models.DateTimeField(_("came"), default=timezone.now)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    removed_at = models.DateTimeField(null=True, editable=False)  # undone at the door
    how = models.CharField(
        _("how we know"),
        max_length=8,
        choices=HowNoted,
        default=HowNoted.DOOR,
        db_default=HowNoted.DOOR,
        editable=False,
    )
    # Somebody who comes along, counted and never named.
    companions = models.PositiveSmallIntegerField(_("company along"), default=0, db_default=0)
    # What stood before each correction, the oldest first: activities/history.py.
    history = models.JSONField(
        default=list, db_default=models.Value([], models.JSONField()), editable=False
    )

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        indexes = [
            models.Index(
                fields=["participant", "-arrived_at", "-id"], name="attendance_of_a_person"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "participant"], name="a_person_is_at_a_session_once"
            ),
            models.CheckConstraint(
                name="a_person_leaves_after_coming",
                condition=Q(left_at=None) | Q(left_at__gte=F("arrived_at")),
            ),
            models.CheckConstraint(
                name="a_person_brings_nine_at_most", condition=Q(companions__lte=MOST_COMPANIONS)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session}"

    @property
    def stood(self) -> Stood:
        """How it stands now, as a correction keeps it."""
        if self.removed_at:
            return Stood(None, None, 0)
        return Stood(self.arrived_at, self.left_at, self.companions)

    @property
    def is_taken_away(self) -> bool:
        """Whether a leader says that the person is not here; no list puts that back."""
        is_leaders = self.how != HowNoted.MEMBERS or bool(self.history)
        return self.removed_at is not None and is_leaders

    @property
    def history_words(self) -> str:
        """What has been corrected, for the person's extract."""
        return " ".join(told(self.history))
