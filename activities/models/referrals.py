"""*Remiss*: a question to an activity or an organisation, which somebody owns at each moment.

Never a transfer: the person keeps the contact, and the question comes back when it has no answer.
The receiver reads a first name and what the person has agreed to, copied here, and nothing more.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models.directory import Entry
from participants.models import Participant
from portal import access
from portal.models import Level

if TYPE_CHECKING:
    from datetime import date

    from portal.actor import Actor


# Who is asked does not see the person's row, so the question goes to a function of the owner's.
IS_PROTECTED = Func(
    "participant_id",
    function="is_anybody_protected",
    template="%(function)s(ARRAY[%(expressions)s])",
    output_field=models.BooleanField(),
)


class ReferralState(models.TextChoices):
    """Where a question is, in words for those who asked and the one it is about."""

    WAITING = "WAITING", _("waits for an answer")
    ACCEPTED = "ACCEPTED", _("they said yes")
    DECLINED = "DECLINED", _("they said no")
    EXPIRED = "EXPIRED", _("they have not answered in time")
    TAKEN_BACK = "TAKEN_BACK", _("taken back")


class ReferralAnswer(models.TextChoices):
    """What the receiver says; silence never reads as a no."""

    ACCEPTED = "ACCEPTED", _("Yes, welcome")
    DECLINED = "DECLINED", _("Not now")


class ReferralQuerySet(models.QuerySet["Referral"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return what has been sent to the actor's own activities, or is about people in reach."""
        unit_id = access.only_activities_of(actor)
        if unit_id is not None:
            return self.filter(~Q(IS_PROTECTED), receiver=unit_id, taken_back_at=None)
        if actor.is_limited:  # a code or a card opens times, contact and sign-ups alone
            return self.none()
        people = Participant.objects.filter(access.people(actor, Level.READ))
        return self.filter(participant__in=people)

    def unanswered(self) -> Self:
        return self.filter(answered_at=None, taken_back_at=None)

    def waiting(self, today: date) -> Self:
        """Return those that the receiver may still answer."""
        return self.unanswered().filter(expires_on__gte=today)


class Referral(models.Model):
    """One question about one person to one unit, with its two timers."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission_id = models.UUIDField(null=True, unique=True, editable=False)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="referrals")
    owner = models.ForeignKey("portal.Organisation", on_delete=models.PROTECT, related_name="+")
    sender = models.ForeignKey(  # whose question it is whenever it is not the receiver's
        "portal.Membership", on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    receiver = models.ForeignKey(
        "portal.Organisation",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("who is asked"),
    )
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="+", verbose_name=_("what")
    )
    first_name = models.CharField(_("first name"), max_length=100)
    told = models.TextField(_("what they may know"), max_length=500)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    remind_on = models.DateField(editable=False)
    expires_on = models.DateField(_("to be answered by"), editable=False)
    answer = models.CharField(_("answer"), max_length=8, choices=ReferralAnswer, blank=True)
    reason = models.CharField(_("why"), max_length=300, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    answered_by = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    taken_back_at = models.DateTimeField(_("taken back"), null=True, editable=False)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("question about a place")
        verbose_name_plural = _("questions about places")
        indexes = [
            models.Index(fields=["participant", "-sent_at"], name="referral_of_a_person"),
            models.Index(fields=["receiver", "-sent_at"], name="referral_to_a_unit"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "receiver"],
                condition=Q(answered_at=None, taken_back_at=None),
                name="a_unit_is_asked_once_at_a_time_about_a_person",
            ),
            models.CheckConstraint(
                name="a_referral_reminds_before_it_expires",
                condition=Q(expires_on__gt=F("remind_on")),
            ),
            models.CheckConstraint(
                name="an_answered_referral_has_an_answer_and_a_person",
                condition=Q(answered_at=None, answered_by=None, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="a_referral_is_declined_with_a_reason",
                condition=~Q(answer=ReferralAnswer.DECLINED) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="a_referral_is_answered_or_taken_back_not_both",
                condition=Q(answered_at=None) | Q(taken_back_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry}"

    def state(self, today: date) -> ReferralState:
        """Return where the question is on a day."""
        if self.answer:
            return ReferralState(self.answer)
        if self.taken_back_at:
            return ReferralState.TAKEN_BACK
        return ReferralState.WAITING if today <= self.expires_on else ReferralState.EXPIRED

    def is_with_receiver(self, today: date) -> bool:
        """Whether the receiver owns it; else it is the sender's again, to find another way."""
        return self.state(today) in {ReferralState.WAITING, ReferralState.ACCEPTED}
