"""Who takes part: enrolled for a time, or signed up for a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateRangeField,
    RangeBoundary,
    RangeOperators,
)
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from activities.models.activities import Activity, Contract
from activities.models.hours import Weekday
from activities.models.line import InLine, PlacesQuerySet
from activities.models.sessions import Session
from participants.models import Item, ItemQuerySet
from portal import access
from portal.models import InfoType

if TYPE_CHECKING:
    from datetime import date

    from portal.actor import Actor


class Days(Func):
    """The days from the first to the last, both counted; open when there is no last."""

    function = "DATERANGE"
    output_field = DateRangeField()

    def __init__(self, first: str = "started_on", last: str = "ended_on") -> None:
        super().__init__(F(first), F(last), RangeBoundary(inclusive_upper=True))


class TakingPartQuerySet[ItemT: Item](ItemQuerySet[ItemT]):
    """Items about an activity: its leader sees them whoever wrote them, and no other's."""

    organiser: ClassVar[str] = "session__activity__organiser_id"

    def visible_to(self, actor: Actor) -> Self:
        """Narrow the common rule for those who see one unit's activities and nothing else."""
        if unit_id := access.only_activities_of(actor):
            return self.filter(access.taking_part(actor), **{self.organiser: unit_id})
        return super().visible_to(actor)


def about_activities() -> models.PositiveSmallIntegerField[int, int]:
    """Return the column `info_type`, which is the same for everything in this subject."""
    return models.PositiveSmallIntegerField(choices=InfoType, default=InfoType.ACTIVITY)


class Basis(models.TextChoices):
    """Why somebody takes part. The two never mix, and the one never becomes the other."""

    VOLUNTARY = "VOLUNTARY", _("by own choice")
    MANDATED = "MANDATED", _("decided in the plan for income support")


class EndReason(models.TextChoices):
    """Why somebody no longer takes part; coming back needs no explanation."""

    WORK = "WORK", _("A job or studies")
    OTHER_ACTIVITY = "OTHER_ACTIVITY", _("Another activity")
    OWN_WISH = "OWN_WISH", _("The person wishes to stop")
    PAUSE = "PAUSE", _("A pause")
    MOVED = "MOVED", _("Has moved")
    OTHER_DAYS = "OTHER_DAYS", _("Other days of the week")  # a new place goes on from there
    MISTAKE = "MISTAKE", _("Was written by mistake")
    ENDED = "ENDED", _("The activity ended")  # for everybody; nobody is asked why


class EnrolmentQuerySet(TakingPartQuerySet["Enrolment"]):
    organiser = "activity__organiser_id"

    def current(self, today: date) -> Self:
        """Return those that hold on a day, or are about to."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gte=today))

    def on(self, day: date) -> Self:
        """Return those whose days include this one."""
        return self.current(day).filter(started_on__lte=day)

    def memberships(self) -> Self:
        """Return those that are a right: voluntary, without limit, and one may always return."""
        of_members = Activity.objects.filter(contract=Contract.MEMBER)
        return self.filter(~Q(end_reason=EndReason.MISTAKE), activity__in=of_members.values("pk"))


class Enrolment(Item):
    """A person's place in an activity: with weekly days by timetable, or a membership."""

    said_in = "activity__name"

    info_type = about_activities()
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="enrolments")
    # Triggers hold: only a timetable can be mandated, and what was chosen never becomes a duty.
    basis = models.CharField(
        _("on what basis"), max_length=10, choices=Basis, default=Basis.VOLUNTARY
    )
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday),
        default=list,
        blank=True,
        verbose_name=_("weekdays"),
    )
    started_on = models.DateField(_("first day"))
    ended_on = models.DateField(_("last day"), null=True, blank=True)
    end_reason = models.CharField(_("why it ends"), max_length=16, choices=EndReason, blank=True)
    # *Medlemmarnas lista*; null: nobody has asked, and so the name does not stand there.
    on_list = models.BooleanField(_("on the members' list"), null=True, editable=False)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        indexes = [
            models.Index(fields=["participant", "-started_on", "-id"], name="enrolment_of_a_person")
        ]
        constraints = [
            ExclusionConstraint(
                name="a_person_is_enrolled_in_an_activity_once_at_a_time",
                expressions=[
                    ("participant", RangeOperators.EQUAL),
                    ("activity", RangeOperators.EQUAL),
                    (Days(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The person takes part in this activity already."),
            ),
            models.CheckConstraint(
                name="an_enrolment_ends_after_it_starts",
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                violation_error_message=_("The last day must not come before the first."),
            ),
            models.CheckConstraint(
                name="an_ended_enrolment_has_a_reason",
                condition=Q(ended_on=None, end_reason="")
                | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
                violation_error_message=_("Choose why it ends."),
            ),
            models.CheckConstraint(
                name="days_of_a_timetable_are_weekdays",
                condition=Q(weekdays__contained_by=Weekday.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity}"

    @property
    def weekday_labels(self) -> list[str]:
        """The days of the timetable, in words; empty for a member."""
        return [str(Weekday(day).label) for day in self.weekdays]

    def expects(self, day: date) -> bool:
        """Answer whether the timetable holds this day; where there is none, nobody is expected."""
        holds = self.started_on <= day and (self.ended_on is None or day <= self.ended_on)
        return holds and day.weekday() in self.weekdays

    def would_have_expected(self, day: date) -> bool:
        """Answer whether it held this day, had not the activity ended: who is told of that."""
        was_cut = self.end_reason == EndReason.ENDED and self.started_on <= day
        return was_cut and day.weekday() in self.weekdays


class SignUpQuerySet(  # type: ignore[override]  # the stubs name a manager after each
    PlacesQuerySet["SignUp"], TakingPartQuerySet["SignUp"]
):
    """Those of people with a record."""


class SignUp(InLine, Item):
    """*Jag tänker komma*: a word from the person that may be taken back, never a duty.

    Where it is full one may wait in line. A place that becomes free is held for the first in line
    until `answer_by`; held places are counted as taken, so nobody walks past the line.
    """

    said_in = "session__activity__name"

    info_type = about_activities()
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="sign_ups")

    objects = SignUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        indexes = [
            models.Index(fields=["participant", "session"], name="sign_up_of_a_person"),
            models.Index(
                fields=["session", "waiting_since", "id"],
                condition=Q(withdrawn_at=None, waiting_since__isnull=False),
                name="who_waits_for_a_session",
            ),
            models.Index(
                fields=["answer_by"],
                condition=Q(withdrawn_at=None, answer_by__isnull=False),
                name="place_held_until",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "participant"], name="a_person_signs_up_to_a_session_once"
            ),
            models.CheckConstraint(
                name="who_waits_has_no_place_and_no_offer",
                condition=Q(waiting_since=None) | Q(answer_by=None),
            ),
            models.CheckConstraint(
                name="an_offered_place_is_held_for_a_time",
                condition=Q(offered_at=None, answer_by=None)
                | Q(offered_at__isnull=False, answer_by__gte=F("offered_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session}"
