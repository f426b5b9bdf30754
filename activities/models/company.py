"""*Gå med mig* and *Hämta mig*: a wish for company to one session, forgotten when it is over.

A peer or a volunteer reads the row that they have said yes to, and no other: a wish that nobody has
answered is known to them as a session that somebody wants company to
(activities/notifications/accompanying.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models.sessions import Session
from participants.models import Participant
from portal import access
from portal.reminders.times import quiet_around

if TYPE_CHECKING:
    from portal.actor import Actor

IN_TIME = timedelta(hours=2)  # awake, before it begins
INSTANT = timedelta(microseconds=1)


def in_time(starts_at: datetime) -> datetime:
    """Return the last moment at which an answer comes in time: two hours of the day are left."""
    left, at = IN_TIME, starts_at
    if asleep := quiet_around(at - INSTANT):
        at = asleep[0]
    if asleep := quiet_around(at - left):
        left -= at - asleep[1]
        at = asleep[0]
    return at - left


class CompanyKind(models.TextChoices):
    """Who is asked: peers and volunteers, or those who lead the activity."""

    COMPANY = "COMPANY", _("company on the way")
    PICK_UP = "PICK_UP", _("to be fetched")


class Meeting(models.TextChoices):
    """Where the two meet; one may also say it in own words."""

    ENTRANCE = "ENTRANCE", _("By the entrance")
    INSIDE = "INSIDE", _("Inside the door")
    STOP = "STOP", _("At the bus stop")


class CompanyAnswer(models.TextChoices):
    """What has been answered; nobody's silence reads as a no."""

    YES = "YES", _("yes")
    NO = "NO", _("not this time")


class CompanyState(models.TextChoices):
    """Where a wish is, for the person."""

    WAITING = "WAITING", _("we have asked")
    LATE = "LATE", _("nobody has answered in time")
    YES = "YES", _("somebody comes with you")
    NO = "NO", _("they cannot this time")


class CompanyWishQuerySet(models.QuerySet["CompanyWish"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the person's own, what the actor has promised, or who wants to be fetched.

        Nobody who works with the person reads it: what they need to do is a step in the plan.
        """
        if actor.membership is None:
            return self.filter(participant__in=Participant.objects.visible_to(actor))
        seen = Q(membership=actor.membership_id, ended_at=None, session__ends_at__gt=timezone.now())
        if unit_id := access.only_activities_of(actor):
            own = {"kind": CompanyKind.PICK_UP, "session__activity__organiser": unit_id}
            seen |= access.taking_part(actor) & Q(ended_at=None, **own)
        return self.filter(seen)

    def standing(self) -> Self:
        """Return those that nobody has taken back, and that can still be."""
        return self.filter(ended_at=None)

    def promised(self) -> Self:
        """Return those that somebody goes along with."""
        return self.standing().filter(kind=CompanyKind.COMPANY, answer=CompanyAnswer.YES)

    def unanswered(self) -> Self:
        return self.standing().filter(answer="")


class CompanyWish(models.Model):
    """One person's wish for company to one session. What is copied here is copied at the yes."""

    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, related_name="company_wishes", verbose_name=_("session")
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="company_wishes"
    )
    kind = models.CharField(_("what you asked for"), max_length=8, choices=CompanyKind)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    meeting = models.CharField(_("where to meet"), max_length=8, choices=Meeting, blank=True)
    words = models.CharField(_("in your own words"), max_length=100, blank=True)
    answer = models.CharField(_("answer"), max_length=3, choices=CompanyAnswer, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    membership = models.ForeignKey(
        "portal.Membership",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("who answered"),
    )
    first_name = models.CharField(_("first name"), max_length=100, blank=True, editable=False)
    # Memberships that the person has said no to: they are not shown the wish again.
    refused = ArrayField(models.BigIntegerField(), default=list, editable=False)
    news_at = models.DateTimeField(null=True, editable=False)  # of which the person is told
    let_go_at = models.DateTimeField(null=True, editable=False)  # of which the companion is
    handed_on_at = models.DateTimeField(_("your contact was told"), null=True, editable=False)
    step = models.ForeignKey(
        "participants.Step", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    ended_at = models.DateTimeField(_("taken back"), null=True, editable=False)

    objects = CompanyWishQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish for company")
        verbose_name_plural = _("wishes for company")
        indexes = [
            models.Index(fields=["participant", "session"], name="company_of_a_person"),
            models.Index(fields=["membership", "session"], name="company_of_a_companion"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "participant"],
                name="a_person_asks_for_company_to_a_session_once",
            ),
            models.UniqueConstraint(
                fields=["session", "membership"],
                condition=Q(kind=CompanyKind.COMPANY, ended_at=None, membership__isnull=False),
                name="a_companion_goes_with_one_person_to_a_session",
            ),
            models.CheckConstraint(
                name="an_answered_wish_has_a_time_and_a_person",
                condition=Q(answer="", answered_at=None, membership=None)
                | (~Q(answer="") & Q(answered_at__isnull=False, membership__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_name_is_shown_to_whoever_said_yes",
                condition=Q(first_name="") | Q(answer=CompanyAnswer.YES),
            ),
            models.CheckConstraint(
                name="only_those_who_fetch_say_no",
                condition=~Q(answer=CompanyAnswer.NO) | Q(kind=CompanyKind.PICK_UP),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session}"

    def state(self, now: datetime) -> CompanyState:
        """Return where the wish is, as the person reads it."""
        if self.answer:
            return CompanyState(self.answer)
        is_late = now >= in_time(self.session.starts_at)
        return CompanyState.LATE if is_late else CompanyState.WAITING

    @property
    def where(self) -> str:
        """Where they meet: what was chosen, and what was written."""
        chosen = str(self.get_meeting_display()) if self.meeting else ""
        return ". ".join(word for word in (chosen, self.words) if word)
