"""Events: who is invited, who comes without an account, what was said, and what came of it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models.activities import Activity
from activities.models.line import InLine, PlacesQuerySet
from activities.models.sessions import Session

if TYPE_CHECKING:
    from portal.actor import Actor


class Audience(models.TextChoices):
    """Whom an address invites; said on the page that it opens, and nowhere else."""

    POLITICIAN = "POLITICIAN", _("politicians")
    OFFICER = "OFFICER", _("those who work for the municipality or the region")
    ASSOCIATION = "ASSOCIATION", _("associations")
    EXPERIENCE = "EXPERIENCE", _("those with experience of their own")
    EMPLOYER = "EMPLOYER", _("employers")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def working(self) -> Self:
        """Return those whose address still opens."""
        return self.filter(ended_at=None)


class Invitation(models.Model):
    """One address for one audience of one event; the address itself is signed, and kept nowhere."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="invitations")
    audience = models.CharField(_("who is invited"), max_length=12, choices=Audience)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "audience"],
                condition=Q(ended_at=None),
                name="an_audience_has_one_address_that_works",
            )
        ]

    def __str__(self) -> str:
        return self.get_audience_display()


class GuestSignUpQuerySet(PlacesQuerySet["GuestSignUp"]):
    def run_by(self, actor: Actor) -> Self:
        """Return those of the events of the actor's own unit."""
        if actor.membership is None:
            return self.none()
        return self.filter(session__activity__organiser_id=actor.membership.unit_id)

    def remembered(self) -> Self:
        """Return those that still have a name."""
        return self.exclude(email="")


class GuestSignUp(InLine):
    """Somebody who comes without an account: a name and an address, tied to no record.

    They take the same places as everybody else, and stand in the same line. Thirty days after the
    event name and address go, and only the number is left.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="guest_sign_ups")
    audience = models.CharField(_("invited as"), max_length=12, choices=Audience, blank=True)
    name = models.CharField(_("name"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    written_at = models.DateTimeField(default=timezone.now, editable=False)  # the letter with a yes

    objects = GuestSignUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-up without an account")
        verbose_name_plural = _("sign-ups without an account")
        indexes = [
            models.Index(
                fields=["session", "waiting_since", "id"],
                condition=Q(withdrawn_at=None, waiting_since__isnull=False),
                name="guest_who_waits",
            ),
            models.Index(
                fields=["answer_by"],
                condition=Q(withdrawn_at=None, answer_by__isnull=False),
                name="place_held_for_a_guest",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "email"],
                condition=~Q(email=""),
                name="an_address_signs_up_to_a_session_once",
            ),
            models.CheckConstraint(
                name="a_guest_has_both_name_and_address_or_neither",
                condition=Q(name="", email="") | (~Q(name="") & ~Q(email="")),
            ),
            models.CheckConstraint(
                name="a_guest_who_waits_has_no_place_and_no_offer",
                condition=Q(waiting_since=None) | Q(answer_by=None),
            ),
            models.CheckConstraint(
                name="a_place_offered_to_a_guest_is_held_for_a_time",
                condition=Q(offered_at=None, answer_by=None)
                | Q(offered_at__isnull=False, answer_by__gte=F("offered_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Minutes(models.Model):
    """What was said at one meeting, in words that those who were there may read."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="minutes")
    text = models.TextField(_("what was said"), max_length=20_000)
    published_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("notes from a meeting")
        verbose_name_plural = _("notes from meetings")

    def __str__(self) -> str:
        return f"{self.session}"


class Point(models.Model):
    """*Du sa, vi gjorde*: what people said, who answers for it, and what was done.

    It holds nobody's name. The unit can not be empty: somebody always answers.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="points")
    said = models.CharField(_("what you said"), max_length=300)
    unit = models.ForeignKey(
        "portal.Organisation",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("who answers for it"),
    )
    did = models.CharField(_("what we did"), max_length=600, blank=True)
    done_on = models.DateField(_("when it was done"), null=True, blank=True)
    submission_id = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("point")
        verbose_name_plural = _("points")
        constraints = [
            models.CheckConstraint(
                name="what_is_done_says_what_was_done",
                condition=Q(done_on=None) | ~Q(did=""),
                violation_error_message=_("Write what you did, or leave the day empty."),
            )
        ]

    def __str__(self) -> str:
        return self.said
