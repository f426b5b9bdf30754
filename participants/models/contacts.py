"""Contacts: that somebody met, rang or wrote, and what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants.models.items import Item, ItemQuerySet
from portal import access

if TYPE_CHECKING:
    from portal.actor import Actor


class Mode(models.TextChoices):
    """How they were in touch."""

    PHONE = "PHONE", _("Phone")
    MEETING = "MEETING", _("Meeting")
    MESSAGE = "MESSAGE", _("Message")
    VIDEO = "VIDEO", _("Video")


class Counterpart(models.TextChoices):
    """With whom: figures of fidelity count contacts with authorities and employers (IPS-25)."""

    PARTICIPANT = "PARTICIPANT", _("The person")
    EMPLOYER = "EMPLOYER", _("An employer")
    EMPLOYMENT_SERVICE = "EMPLOYMENT_SERVICE", _("The employment service")
    SOCIAL_INSURANCE = "SOCIAL_INSURANCE", _("The social insurance agency")
    CARE = "CARE", _("Health care")
    TEAM = "TEAM", _("A colleague")
    RELATIVE = "RELATIVE", _("Somebody close")


class Venue(models.TextChoices):
    """Where: out in town counts (IPS-25, item 24)."""

    OFFICE = "OFFICE", _("At the office")
    TOWN = "TOWN", _("Out in town")
    WORKPLACE = "WORKPLACE", _("At the workplace")
    HOME = "HOME", _("At home")


class Outcome(models.TextChoices):
    """Whether they got hold of each other."""

    REACHED = "REACHED", _("We were in touch")
    NOT_REACHED = "NOT_REACHED", _("Did not reach")


class Audience(models.TextChoices):
    """Which colleagues read a note. Never shuts out the person (domain.md R19)."""

    TEAM = "TEAM", _("Everybody on the team")
    OWN_ORGANISATION = "OWN_ORGANISATION", _("Only my own organisation")


class ContactQuerySet(ItemQuerySet["Contact"]):
    def visible_to(self, actor: Actor) -> Self:
        """Narrow the common rule: the audience among colleagues, and what is held back a while."""
        if access.reads_no_notes(actor):
            return self.none()
        reached = super().visible_to(actor)
        if actor.membership is None:
            return reached.filter(Q(held_back_until=None) | Q(held_back_until__lte=Now()))
        return reached.filter(Q(audience=Audience.TEAM) | Q(owner_id=actor.organisation_id))

    def newest_first(self) -> Self:
        return self.order_by("-occurred_at", "-pk")


class Contact(Item):
    """A contact and its note, which the person reads too: write so that they can."""

    mode = models.CharField(_("how"), max_length=10, choices=Mode, default=Mode.PHONE)
    counterpart = models.CharField(
        _("with whom"), max_length=20, choices=Counterpart, default=Counterpart.PARTICIPANT
    )
    venue = models.CharField(_("where"), max_length=10, choices=Venue, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=12, choices=Outcome, default=Outcome.REACHED
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    text = models.TextField(_("note"), max_length=4000, blank=True)
    audience = models.CharField(
        _("who reads it"), max_length=20, choices=Audience, default=Audience.TEAM
    )
    occurred_at = models.DateTimeField(_("when"), default=timezone.now)
    held_back_until = models.DateTimeField(_("held back from the person until"), null=True)
    held_back_reason = models.CharField(_("why it is held back"), max_length=200, blank=True)
    removed_at = models.DateTimeField(null=True, editable=False)  # undone within ten minutes
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = models.Manager.from_queryset(ContactQuerySet)()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [
            models.Index(fields=["participant", "-occurred_at", "-id"], name="contact_of_a_person")
        ]
        constraints = [
            models.CheckConstraint(
                name="what_is_held_back_has_a_reason_and_an_end",
                condition=Q(held_back_until=None, held_back_reason="")
                | (Q(held_back_until__isnull=False) & ~Q(held_back_reason="")),
                violation_error_message=_("Write why it is held back, and until when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_mode_display()} {self.occurred_at:%Y-%m-%d}"
