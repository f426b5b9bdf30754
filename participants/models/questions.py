"""A colleague asks whether to share, and the person answers: yes, no, or later."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants.models.consents import Consent, Told
from participants.models.people import Participant
from portal import access
from portal.models import Level

if TYPE_CHECKING:
    from datetime import date

    from portal.actor import Actor

AGAIN = timedelta(days=30)  # after a no, before the same question may come again
LATER = timedelta(days=7)  # as long a question keeps quiet that was put off


class Answer(models.TextChoices):
    """What the person answers; one who says nothing has not said yes."""

    YES = "YES", _("Yes")
    NO = "NO", _("No")
    NONE = "NONE", _("no answer")


class ConsentQuestionQuerySet(models.QuerySet["ConsentQuestion"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the questions to people the actor reaches, to colleagues those of their own."""
        people = Participant.objects.filter(access.people(actor, Level.READ))
        reached = self.filter(participant__in=people)
        if actor.membership is None:
            return reached
        return reached.filter(organisation=actor.organisation_id or 0)

    def waiting(self) -> Self:
        """Return those without an answer whose last day has not passed."""
        return self.filter(answer="", until__gte=timezone.localdate())

    def to_ask_now(self) -> Self:
        """Return those to put before the person: not while they rest after a "later"."""
        return self.waiting().filter(Q(put_off_at=None) | Q(put_off_at__lte=timezone.now() - LATER))


class ConsentQuestion(Told):
    """One question about one kind of information; a no is kept, and is as good an answer."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="questions")
    organisation = models.ForeignKey(
        "portal.Organisation", on_delete=models.PROTECT, related_name="+", editable=False
    )
    author = models.ForeignKey(
        "portal.User", on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    until = models.DateField(_("last day"))
    put_off_at = models.DateTimeField(null=True, editable=False)
    answer = models.CharField(_("answer"), max_length=4, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, editable=False)
    consent = models.OneToOneField(
        Consent, null=True, on_delete=models.PROTECT, related_name="question", editable=False
    )
    submission_id = models.UUIDField(null=True, editable=False)

    objects = ConsentQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question about sharing")
        verbose_name_plural = _("questions about sharing")
        indexes = [models.Index(fields=["participant", "-created_at"], name="question_to_a_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "receiver", "info_type", "purpose"],
                condition=Q(answer=""),
                name="a_question_waits_once_for_its_answer",
            ),
            models.UniqueConstraint(
                fields=["submission_id", "info_type"], name="a_form_asks_one_question_per_kind"
            ),
            models.CheckConstraint(
                name="an_answer_has_a_time_and_a_yes_has_its_consent",
                condition=Q(answer="", answered_at=None, consent=None)
                | Q(answer__in=(Answer.NO, Answer.NONE), answered_at__isnull=False, consent=None)
                | Q(answer=Answer.YES, answered_at__isnull=False, consent__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receiver}: {self.get_info_type_display()}"

    @property
    def last_day(self) -> date:
        """The last day that a yes would hold."""
        return self.until

    @property
    def again_on(self) -> date | None:
        """The first day on which a no may be asked about again."""
        return timezone.localdate(self.answered_at + AGAIN) if self.answered_at else None
