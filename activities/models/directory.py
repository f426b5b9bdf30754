"""The directory: what one can do, whom one can turn to, and who they are, in one table.

`Entry` and its words are derived: triggers write them when an activity, a support, a sheet or a
name changes, so no page and no import can forget to (activities/migrations/0015).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Left, Length
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from activities.models.activities import Activity, Group, Threshold
from activities.models.kept import Kept

if TYPE_CHECKING:
    from datetime import date


class EntryKind(models.TextChoices):
    """What one finds: somewhere to go, somebody to turn to, or who they are."""

    ACTIVITY = "ACTIVITY", _("Activity")
    SUPPORT = "SUPPORT", _("Support")
    ORGANISATION = "ORGANISATION", _("Organisation")


class Topic(models.TextChoices):
    """What somebody looked for and did not find: our words, so that nobody's own are kept."""

    COMPANY = "COMPANY", _("Somebody to be with")
    WORK = "WORK", _("Work or practice")
    STUDIES = "STUDIES", _("Studies")
    MONEY = "MONEY", _("Money")
    HOME = "HOME", _("Somewhere to live")
    HEALTH = "HEALTH", _("To feel better")
    SPORT = "SPORT", _("To move and train")
    EVENING = "EVENING", _("Something in the evening or at weekends")
    OTHER = "OTHER", _("Something else")


class Support(Kept):
    """Help that one contacts and does not attend. All of it is public."""

    in_languages = ("name", "summary", "what_they_do", "how")

    name = models.CharField(_("name"), max_length=120)
    organisation = models.ForeignKey(
        "portal.Organisation",
        on_delete=models.PROTECT,
        related_name="supports",
        verbose_name=_("run by"),
    )
    summary = models.CharField(_("in one sentence"), max_length=200)
    what_they_do = models.TextField(_("what they do"), max_length=2000)
    how = models.TextField(_("how one gets in touch, and what happens then"), max_length=600)
    hours = models.CharField(_("when they answer"), max_length=200, blank=True)
    evening = models.BooleanField(_("they answer after 16 too"), default=False)
    thresholds = ArrayField(
        models.CharField(max_length=12, choices=Threshold),
        default=list,
        blank=True,
        verbose_name=_("what is asked"),
    )
    groups = ArrayField(
        models.CharField(max_length=12, choices=Group),
        default=list,
        blank=True,
        verbose_name=_("for whom, when it is not for everybody"),
    )
    cost = models.PositiveSmallIntegerField(_("cost in kronor"), default=0)
    also = models.CharField(_("other words that people may look for"), max_length=200, blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("on the web"), blank=True)
    ended_on = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("support")
        verbose_name_plural = _("supports")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("activities:support_detail", args=[self.slug])


class Sheet(Kept):
    """What an organisation says of itself to everybody; its name and number are its own."""

    in_languages = ("summary", "what_they_do")

    organisation = models.OneToOneField(
        "portal.Organisation", on_delete=models.PROTECT, related_name="sheet"
    )
    summary = models.CharField(_("in one sentence"), max_length=200)
    what_they_do = models.TextField(_("what they do"), max_length=2000)
    also = models.CharField(_("other words that people may look for"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("on the web"), blank=True)

    class Meta:
        verbose_name = _("sheet of an organisation")
        verbose_name_plural = _("sheets of organisations")

    def __str__(self) -> str:
        return self.organisation.name

    def get_absolute_url(self) -> str:
        return reverse("activities:organisation_detail", args=[self.slug])


PAGES = {
    EntryKind.ACTIVITY: "activities:activity_detail",
    EntryKind.SUPPORT: "activities:support_detail",
    EntryKind.ORGANISATION: "activities:organisation_detail",
}


class EntryQuerySet(models.QuerySet["Entry"]):
    def drawn(self) -> Self:
        """Bring what a card says of each."""
        return self.select_related("activity__place", "unit", "support", "sheet")


class Entry(models.Model):
    """One thing that can be found. Derived: only the triggers write it."""

    kind = models.CharField(max_length=12, choices=EntryKind, editable=False)
    activity = models.OneToOneField(
        Activity, null=True, on_delete=models.CASCADE, related_name="entry", editable=False
    )
    support = models.OneToOneField(
        Support, null=True, on_delete=models.CASCADE, related_name="entry", editable=False
    )
    sheet = models.OneToOneField(
        Sheet, null=True, on_delete=models.CASCADE, related_name="entry", editable=False
    )
    unit = models.ForeignKey(  # who runs it, and answers for it
        "portal.Organisation", on_delete=models.PROTECT, related_name="+", editable=False
    )
    slug = models.CharField(max_length=80, editable=False)
    name = models.CharField(max_length=200, editable=False)
    sort_key = models.CharField(max_length=200, editable=False)
    summary = models.CharField(max_length=200, editable=False)
    thresholds = ArrayField(models.CharField(max_length=12, choices=Threshold), editable=False)
    groups = ArrayField(models.CharField(max_length=12, choices=Group), editable=False)
    cost = models.PositiveSmallIntegerField(editable=False)
    evening = models.BooleanField(editable=False)  # of an activity the sessions say it
    not_authority = models.BooleanField(editable=False)  # nothing goes to an authority
    is_open = models.BooleanField(editable=False)
    ended_on = models.DateField(null=True, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the directory")
        verbose_name_plural = _("entries of the directory")
        indexes = [models.Index(fields=["sort_key", "id"], name="entry_by_name")]
        constraints = [
            models.CheckConstraint(
                name="an_entry_is_one_thing",
                condition=Q(kind=EntryKind.ACTIVITY, activity__isnull=False, support=None)
                & Q(sheet=None)
                | Q(kind=EntryKind.SUPPORT, activity=None, support__isnull=False, sheet=None)
                | Q(kind=EntryKind.ORGANISATION, activity=None, support=None)
                & Q(sheet__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse(PAGES[EntryKind(self.kind)], args=[self.slug])

    @property
    def of(self) -> Kept | None:
        """The sheet that it stands for."""
        return self.activity or self.support or self.sheet

    def stale_on(self, day: date) -> bool:
        """Answer whether nobody has said for long that what it stands for is right."""
        return self.of is not None and self.of.stale_on(day)

    @property
    def english(self) -> dict[str, str]:
        """What is said of it in English."""
        return self.of.english if self.of else {}

    @property
    def threshold_labels(self) -> list[str]:
        """What is asked, in words."""
        return [str(Threshold(one).label) for one in self.thresholds]

    @property
    def group_labels(self) -> list[str]:
        """For whom it is, in words; empty when it is for everybody."""
        return [str(Group(one).label) for one in self.groups]


class Word(models.Model):
    """A stem that stands somewhere in the directory, and how it sounds: what one may have meant."""

    stem = models.CharField(max_length=200, primary_key=True, editable=False)
    sound = models.CharField(max_length=200, editable=False)

    class Meta:
        verbose_name = _("word of the directory")
        verbose_name_plural = _("words of the directory")
        indexes = [
            GinIndex(OpClass("stem", name="gin_trgm_ops"), name="word_by_its_parts"),
            models.Index(Left("sound", 1), Length("sound"), name="word_by_its_sound"),
        ]

    def __str__(self) -> str:
        return self.stem


class EntryWord(models.Model):
    """That a stem stands in an entry, and how near the top: 4 in its name, 1 in its long text."""

    pk = models.CompositePrimaryKey("entry_id", "stem")
    entry = models.ForeignKey(
        Entry, on_delete=models.CASCADE, related_name="words", db_index=False, editable=False
    )
    stem = models.CharField(max_length=200, editable=False)
    weight = models.PositiveSmallIntegerField(editable=False)

    class Meta:
        verbose_name = _("word of an entry")
        verbose_name_plural = _("words of entries")
        indexes = [models.Index(fields=["stem", "-weight", "entry"], name="entry_by_word")]

    def __str__(self) -> str:
        return self.stem


class UnmetDemand(models.Model):
    """How many, on a day, looked for something like this and found nothing (mission.md N40).

    What was chosen among our own words, and a number. What somebody typed may tell who they are
    or how they are, so it is never kept; and nobody who asked is.
    """

    on = models.DateField()
    topic = models.CharField(max_length=12, choices=Topic, blank=True)
    kind = models.CharField(max_length=12, choices=EntryKind, blank=True)
    group = models.CharField(max_length=12, choices=Group, blank=True)
    threshold = models.CharField(max_length=12, blank=True)  # activities/directory.py: Door
    evening = models.BooleanField(default=False)
    no_decision = models.BooleanField(default=False)
    free = models.BooleanField(default=False)
    not_authority = models.BooleanField(default=False)
    number = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("what was not found")
        verbose_name_plural = _("what was not found")
        constraints = [
            models.UniqueConstraint(
                fields=[
                    *("on", "topic", "kind", "group", "threshold"),
                    *("evening", "no_decision", "free", "not_authority"),
                ],
                name="what_was_not_found_is_counted_in_one_row",
            )
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.number}"
