"""Sessions: one activity on one occasion, and those who come without a name."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.laying_out import DAY, midnight
from activities.models.activities import Activity, Contract

if TYPE_CHECKING:
    from datetime import date, datetime

    from portal.actor import Actor


HALF_A_DAY = timedelta(hours=12)


class SessionState(models.TextChoices):
    """What the door says at a moment."""

    PLANNED = "PLANNED", _("Not open yet")
    OPEN = "OPEN", _("Open")
    CLOSED = "CLOSED", _("Closed")
    CANCELLED = "CANCELLED", _("Cancelled")


class CancelReason(models.TextChoices):
    """Why a session does not happen, in words that everybody may read."""

    STAFF_ILL = "STAFF_ILL", _("We are ill")
    PREMISES = "PREMISES", _("We cannot be in the room")
    WEATHER = "WEATHER", _("The weather stops us")
    TOO_FEW = "TOO_FEW", _("Too few of us who lead it")
    OTHER_HOURS = "OTHER_HOURS", _("The opening hours have changed")
    OTHER = "OTHER", _("Something came up")


class SessionQuerySet(models.QuerySet["Session"]):
    def held(self) -> Self:
        """Return those that are not cancelled."""
        return self.filter(cancelled_at=None)

    def off_by_the_hours(self) -> Self:
        """Return those that nobody has cancelled but the opening hours."""
        off = self.filter(cancelled_at__isnull=False, cancelled_by=None)
        return off.filter(cancel_reason=CancelReason.OTHER_HOURS)

    def public(self) -> Self:
        """Return those that everybody may read of: no event for those who are invited."""
        return self.filter(activity__by_invitation=False)

    def walk_in(self) -> Self:
        """Return those that anybody may come to without asking."""
        return self.filter(activity__contract=Contract.DAY_BY_DAY, activity__sign_up=False)

    def on_day(self, day: date, *, now: datetime) -> Self:
        """Return those that start on a day, and those of the night before that still go on."""
        begins, ends = midnight(day), midnight(day + DAY)
        return self.filter(
            Q(starts_at__gte=begins) | Q(starts_at__gte=begins - DAY, ends_at__gt=max(begins, now)),
            starts_at__lt=ends,
        )

    def untouched(self) -> Self:
        """Return those that stand as the opening hours made them."""
        return self.filter(cancelled_at=None, opened_at=None, closed_at=None, changed_at=None)

    def between(self, start: datetime, end: datetime) -> Self:
        """Return those that start in the time from `start` up to `end`."""
        return self.filter(starts_at__gte=start, starts_at__lt=end)

    def run_by(self, actor: Actor) -> Self:
        """Return those of the activities of the actor's own unit."""
        if actor.membership is None:
            return self.none()
        return self.filter(activity__organiser_id=actor.membership.unit_id)


class Session(models.Model):
    """One occasion, laid out from the opening hours or made by hand.

    It is open within its hours unless somebody says otherwise: a leader opens early, closes early
    or cancels. How many have signed up is kept by the database, which never lets it pass `seats`.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="sessions")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    laid_out_for = models.DateTimeField(null=True, editable=False)  # null: made by hand
    seats = models.PositiveSmallIntegerField(_("places"), null=True, blank=True)
    # Said of this session alone: the activity's usual number leaves it as it is.
    seats_by_hand = models.BooleanField(default=False, db_default=False, editable=False)
    signed_up = models.PositiveSmallIntegerField(default=0, editable=False)
    guests = models.PositiveSmallIntegerField(_("guests without a name"), default=0)
    opened_at = models.DateTimeField(null=True, editable=False)
    opened_by = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    changed_at = models.DateTimeField(null=True, editable=False)  # hours changed by hand
    changed_by = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    moved_at = models.DateTimeField(null=True, editable=False)  # by a hand, or by the rules
    was_starts_at = models.DateTimeField(null=True, editable=False)  # null again: moved back
    was_ends_at = models.DateTimeField(null=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    cancelled_by = models.ForeignKey(
        "portal.User",
        null=True,  # the system, when the opening hours have changed
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    restored_at = models.DateTimeField(null=True, editable=False)  # cancelled, and then not
    restored_by = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    cancel_reason = models.CharField(_("why"), max_length=12, choices=CancelReason, blank=True)
    instead = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("what is open instead"),
    )

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes = [models.Index(fields=["starts_at", "id"], name="session_by_time")]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "starts_at"],
                name="a_session_exists_once_per_activity_and_start",
                violation_error_message=_("There is a session at that time already."),
            ),
            models.UniqueConstraint(
                fields=["activity", "laid_out_for"], name="a_session_is_laid_out_once"
            ),
            models.CheckConstraint(
                name="a_session_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("Write an end that comes after the start."),
            ),
            models.CheckConstraint(
                name="no_more_sign_up_than_there_are_places",
                condition=Q(seats=None) | Q(signed_up__lte=F("seats")),
                violation_error_message=_("More people than that have signed up."),
            ),
            models.CheckConstraint(
                name="an_opened_session_has_a_time_and_a_person",
                condition=Q(opened_at=None, opened_by=None)
                | Q(opened_at__isnull=False, opened_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_closed_session_has_a_time_and_a_person",
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_changed_session_has_a_time_and_a_person",
                condition=Q(changed_at=None, changed_by=None)
                | Q(changed_at__isnull=False, changed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_restored_session_has_a_time",  # and no person: the hours came back
                condition=Q(restored_by=None) | Q(restored_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_cancelled_session_has_a_time_and_a_reason",
                condition=Q(cancelled_at=None, cancelled_by=None, cancel_reason="")
                | (Q(cancelled_at__isnull=False) & ~Q(cancel_reason="")),
                violation_error_message=_("Choose why it is cancelled."),
            ),
            models.CheckConstraint(
                name="what_is_open_instead_goes_with_a_change",
                condition=Q(instead=None)
                | Q(cancelled_at__isnull=False)
                | Q(moved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_moved_session_remembers_its_hours",
                condition=Q(was_starts_at=None, was_ends_at=None)
                | Q(moved_at__isnull=False, was_starts_at__isnull=False, was_ends_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} {timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"

    def state(self, now: datetime) -> SessionState:
        """Say what the door says: opened early is open, closed early is closed."""
        if self.cancelled_at:
            return SessionState.CANCELLED
        if self.closed_at or now >= self.ends_at:
            return SessionState.CLOSED
        if self.opened_at or now >= self.starts_at:
            return SessionState.OPEN
        return SessionState.PLANNED

    def takes_names(self, now: datetime) -> bool:
        """Answer whether the door list may be written: on its day, and half a day after."""
        begins = midnight(timezone.localdate(self.starts_at))
        return begins <= now < self.ends_at + HALF_A_DAY

    def takes_absences(self, now: datetime) -> bool:
        """Answer whether somebody may say that they do not come: until half a day after."""
        return now < self.ends_at + HALF_A_DAY

    @property
    def is_touched(self) -> bool:
        """Whether somebody has cancelled, opened, closed or moved it: then no rule may."""
        return any((self.cancelled_at, self.opened_at, self.closed_at, self.changed_at))

    @property
    def is_off_by_the_hours(self) -> bool:
        """Whether nobody has cancelled it but the opening hours, which may come back."""
        by_the_hours = (
            self.cancel_reason == CancelReason.OTHER_HOURS and self.cancelled_by_id is None
        )
        return self.cancelled_at is not None and by_the_hours

    @property
    def is_moved(self) -> bool:
        """Whether it has other hours than were said before."""
        return self.was_starts_at is not None and self.cancelled_at is None

    @property
    def seats_left(self) -> int | None:
        """How many places there still are; None where nobody counts."""
        return None if self.seats is None else self.seats - self.signed_up

    @property
    def is_full(self) -> bool:
        return self.seats_left == 0


class GuestQuerySet(models.QuerySet["Guest"]):
    def here(self) -> Self:
        return self.filter(removed_at=None)


class Guest(models.Model):
    """A name typed at the door, tied to no record; the day after it is only a number.

    The database holds no link to a person, and nobody may add one.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="named_guests")
    nickname = models.CharField(_("name"), max_length=40)
    arrived_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, editable=False)
    submission_id = models.UUIDField(null=True, unique=True, editable=False)

    objects = GuestQuerySet.as_manager()

    class Meta:
        verbose_name = _("guest")
        verbose_name_plural = _("guests")
        constraints = [
            models.CheckConstraint(
                name="a_guest_leaves_after_coming",
                condition=Q(left_at=None) | Q(left_at__gte=F("arrived_at")),
            )
        ]

    def __str__(self) -> str:
        return self.nickname
