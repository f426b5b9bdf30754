"""Activities: what there is to do, who runs it, and what holds at the door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from activities.models.kept import Kept

if TYPE_CHECKING:
    from datetime import date

    from portal.actor import Actor


class Contract(models.TextChoices):
    """How one takes part; tone, lists, reminders and figures follow from it (mission.md N19-21)."""

    SCHEDULE = "SCHEDULE", _("by a timetable of your own")
    DAY_BY_DAY = "DAY_BY_DAY", _("day by day, come when you want")
    MEMBER = "MEMBER", _("as a member, for as long as you like")
    EVENT = "EVENT", _("at a meeting with a time of its own")


class Tempo(models.TextChoices):
    """How much it takes of a person on a day: asked on *Idag*, never stored about anybody."""

    CALM = "CALM", _("Calm pace")
    STEADY = "STEADY", _("Medium pace")
    BUSY = "BUSY", _("High pace")


class Threshold(models.TextChoices):
    """What is asked at the door, said honestly; none of them means: come as you are."""

    SOBER = "SOBER", _("Sober on site")
    DECISION = "DECISION", _("Needs a decision from the municipality")
    ADULT = "ADULT", _("From 18 years")


class Group(models.TextChoices):
    """For whom something is, where it is not for everybody."""

    YOUNG = "YOUNG", _("18 to 25 years")
    OLDER = "OLDER", _("From 65 years")
    WOMEN = "WOMEN", _("Women")
    RELATIVES = "RELATIVES", _("Those close to somebody")


class Level(models.IntegerChoices):
    """How far on the way something is (domain.md 2); one may begin and end on any of them."""

    OPEN = 1, _("Open: come when you like")
    SCHEDULED = 2, _("By timetable, or as a member")
    PRACTICE = 3, _("Practice or studies")
    SUPPORTED = 4, _("A job with support")
    JOB = 5, _("A job")


class Picture(models.TextChoices):
    """Which drawing of a place stands on the card: static/img/places.svg."""

    DOOR = "DOOR", _("a door")
    COFFEE = "COFFEE", _("a cup of coffee")
    BENCH = "BENCH", _("a bench by the sea")
    BIKE = "BIKE", _("a bicycle")
    TOOLS = "TOOLS", _("tools")
    SHOP = "SHOP", _("a shop")
    PLANT = "PLANT", _("a plant")
    BOOK = "BOOK", _("a book")
    BALL = "BALL", _("a ball")
    EVENING = "EVENING", _("a house at night")


class ActivityQuerySet(models.QuerySet["Activity"]):
    def running(self, today: date) -> Self:
        """Return those that have not ended for good."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gte=today))

    def run_by(self, actor: Actor) -> Self:
        """Return those of the actor's own unit; a person who acts for themself runs none."""
        if actor.membership is None:
            return self.none()
        return self.filter(organiser_id=actor.membership.unit_id)

    def public(self) -> Self:
        """Return those that everybody may read of: no event for those who are invited."""
        return self.filter(by_invitation=False)

    def events(self) -> Self:
        """Return those whose times are made by hand, one by one."""
        return self.filter(contract=Contract.EVENT)

    def with_hours(self) -> Self:
        """Return those that follow opening hours."""
        return self.exclude(contract=Contract.EVENT)


class Activity(Kept):
    """Something to do in town, at one place, run by one unit.

    All of it is public, but for an event that is `by_invitation`: that one stands nowhere.
    """

    in_languages = (
        *("name", "summary", "what_we_do", "welcome", "how_long", "how_many", "food"),
        "leads_to",
    )

    name = models.CharField(_("name"), max_length=120)
    place = models.ForeignKey(
        "activities.Place",
        on_delete=models.PROTECT,
        related_name="activities",
        verbose_name=_("place"),
    )
    organiser = models.ForeignKey(
        "portal.Organisation",
        on_delete=models.PROTECT,
        related_name="activities",
        verbose_name=_("run by"),
    )
    # Who answers by law for the lists of those who take part: the organiser's own association or
    # authority, or the department that it is run for by agreement.
    owner = models.ForeignKey("portal.Organisation", on_delete=models.PROTECT, related_name="+")
    contract = models.CharField(_("how one takes part"), max_length=12, choices=Contract)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, default=Level.OPEN)
    tempo = models.CharField(_("pace"), max_length=10, choices=Tempo)
    thresholds = ArrayField(
        models.CharField(max_length=12, choices=Threshold),
        default=list,
        blank=True,
        verbose_name=_("what is asked at the door"),
    )
    groups = ArrayField(
        models.CharField(max_length=12, choices=Group),
        default=list,
        blank=True,
        verbose_name=_("for whom, when it is not for everybody"),
    )
    also = models.CharField(_("other words that people may look for"), max_length=200, blank=True)
    picture = models.CharField(_("picture"), max_length=10, choices=Picture, default=Picture.DOOR)
    summary = models.CharField(_("in one sentence"), max_length=200)
    what_we_do = models.TextField(_("what we do"), max_length=2000)
    welcome = models.TextField(
        _("what happens when you come in, and who meets you"), max_length=600, blank=True
    )
    leads_to = models.TextField(_("what it can lead to"), max_length=600, blank=True)
    how_long = models.CharField(_("how long one usually stays"), max_length=100, blank=True)
    how_many = models.CharField(_("how many usually come"), max_length=100, blank=True)
    cost = models.PositiveSmallIntegerField(_("cost in kronor"), default=0)
    food = models.CharField(_("food"), max_length=200, blank=True)
    quiet_room = models.BooleanField(_("there is a quiet room"), default=False)
    pick_up = models.BooleanField(_("we can come and fetch you"), default=False)
    bus_card = models.BooleanField(_("we can help with a bus card"), default=False)
    sign_up = models.BooleanField(_("places are limited, sign up first"), default=False)
    seats = models.PositiveSmallIntegerField(_("places"), null=True, blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    ended_on = models.DateField(_("last day"), null=True, blank=True)
    room = models.ForeignKey(
        "activities.Room",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="activities",
        verbose_name=_("room"),
    )
    by_invitation = models.BooleanField(
        _("for those who are invited"), default=False, db_default=False
    )
    follows = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="followed_by",
        verbose_name=_("the meeting before this one"),
    )
    hours_changed_at = models.DateTimeField(null=True, editable=False)  # under people's times

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = [
            models.CheckConstraint(
                name="places_are_limited_by_a_number",
                condition=Q(sign_up=False, seats=None) | Q(sign_up=True, seats__gt=0),
                violation_error_message=_("Write how many places there are."),
            ),
            models.CheckConstraint(
                name="who_follows_a_timetable_needs_no_sign_up",
                condition=~Q(contract=Contract.SCHEDULE) | Q(sign_up=False),
                violation_error_message=_("People with a timetable have their place already."),
            ),
            models.CheckConstraint(
                name="only_an_event_is_by_invitation_or_follows_another",
                condition=Q(contract=Contract.EVENT) | Q(by_invitation=False, follows=None),
            ),
            models.CheckConstraint(
                name="an_event_does_not_follow_itself", condition=~Q(follows=models.F("pk"))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("activities:activity_detail", args=[self.slug])

    @property
    def is_event(self) -> bool:
        return self.contract == Contract.EVENT

    def stale_on(self, day: date) -> bool:
        """Answer as for every sheet; the times of an event are its own, with no hours behind."""
        return not self.is_event and super().stale_on(day)

    @property
    def threshold_labels(self) -> list[str]:
        """What is asked at the door, in words."""
        return [str(Threshold(one).label) for one in self.thresholds]
