"""A question to an employer: can you take somebody on? About nobody in particular."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employers.models.employers import Employer
from portal.models import Membership
from portal.permissions import Permission, roles_with

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from portal.actor import Actor

HOLDS = timedelta(days=90)  # as long a link can be answered


def askers() -> QuerySet[Membership]:
    """Return those who ask employers now."""
    roles = roles_with(Permission.EMPLOYER_ADD)
    return Membership.objects.current().filter(role__in=roles)


class AskAnswer(models.TextChoices):
    """What an employer says; one who says nothing has not said no."""

    YES = "YES", _("Yes, call us")
    LATER = "LATER", _("Ask us again later")
    NO = "NO", _("No, not with us")
    NONE = "NONE", _("no answer")


class EmployerAskQuerySet(models.QuerySet["EmployerAsk"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return those to whoever opens the register: a question is about no person."""
        return self.all() if actor.has_perm(Permission.EMPLOYER_LIST) else self.none()

    def waiting(self) -> Self:
        return self.filter(answer="")

    def silent(self, today: date) -> Self:
        """Return those that have waited so long that somebody should ring."""
        return self.waiting().filter(ring_on__lte=today)

    def in_hand_of(self, membership: Membership | None) -> Self:
        """Return one's own, and those of the unit whose asker no longer works with employers."""
        if membership is None:
            return self.none()
        left = self.filter(asker__unit=membership.unit_id).exclude(asker__in=askers())
        return self.filter(Q(asker=membership) | Q(pk__in=left.values("pk")))

    def newest_first(self) -> Self:
        return self.order_by("-asked_at", "-pk")


class EmployerAsk(models.Model):
    """One question, with the days on which they are reminded and we ring; those never move."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission_id = models.UUIDField(null=True, unique=True, editable=False)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="asks")
    asker = models.ForeignKey("portal.Membership", on_delete=models.PROTECT, related_name="+")
    words = models.CharField(_("what we ask for"), max_length=300)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    remind_on = models.DateField(editable=False)
    ring_on = models.DateField(editable=False)
    answer = models.CharField(_("answer"), max_length=5, choices=AskAnswer, blank=True)
    answered_at = models.DateTimeField(null=True, editable=False)
    noted_by = models.ForeignKey(  # nobody: they answered by the link
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = EmployerAskQuerySet.as_manager()

    class Meta:
        verbose_name = _("question to an employer")
        verbose_name_plural = _("questions to employers")
        indexes = [
            models.Index(fields=["employer", "-asked_at"], name="question_to_an_employer"),
            models.Index(fields=["remind_on"], condition=Q(answer=""), name="employer_is_silent"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["employer"],
                condition=Q(answer=""),
                name="an_employer_has_one_question_to_answer_at_a_time",
            ),
            models.CheckConstraint(
                name="an_answer_of_an_employer_has_a_time",
                condition=Q(answer="", answered_at=None, noted_by=None)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def is_to_ring(self) -> bool:
        """Whether the days for an answer have passed."""
        return not self.answer and self.ring_on <= timezone.localdate()
