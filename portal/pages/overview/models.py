"""Figures that are kept up to date as work is done, so that no page counts history.

Only the SQL function `count_figures` writes here (migration 0002). Nothing that depends on today
is stored as a number: what does is kept by day, and compared when it is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import access
from portal.models import Membership, Organisation

if TYPE_CHECKING:
    from datetime import date

    from portal.actor import Actor


class UnitQuerySet[RowT: models.Model](models.QuerySet[RowT]):
    """Rows about units, never about persons."""

    def visible_to(self, actor: Actor) -> Self:
        """Return those of the units that the actor manages."""
        return self.filter(access.Manages(actor))


def about_unit() -> models.ForeignKey[Organisation, Organisation]:
    """Return the column `unit`: no constraint, since rows are counted anew and never kept."""
    return models.ForeignKey(
        Organisation,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,  # each table's own key begins with it
    )


class Counting(models.Model):
    """When figures were last counted: one row, which tells the page how old they are."""

    counted_at = models.DateTimeField()
    counted_on = models.DateField()  # a new day counts everything anew

    class Meta:
        verbose_name = _("counting")
        verbose_name_plural = _("countings")

    def __str__(self) -> str:
        return f"{self.counted_at:%Y-%m-%d %H:%M}"


class Mark(models.Model):
    """Something has changed: what to count anew. Triggers add rows, the next count takes them.

    Only ever added to, so that no two colleagues wait for each other. It names a membership, or a
    person or unit; with a month its row of that month, without one its places.
    """

    membership_id = models.BigIntegerField(null=True)
    participant_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    month = models.DateField(null=True)

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")

    def __str__(self) -> str:
        return f"{self.pk}"


class GuideFigures(models.Model):
    """How many persons have a colleague as their contact, and how many lack a next step."""

    membership = models.OneToOneField(
        Membership,
        primary_key=True,
        on_delete=models.DO_NOTHING,
        related_name="figures",
        db_constraint=False,
    )
    persons = models.PositiveIntegerField()
    without_step = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("figures of a guide")
        verbose_name_plural = _("figures of guides")

    def __str__(self) -> str:
        return f"{self.persons}"


class GuideSilence(models.Model):
    """How many of a colleague's persons had their last contact on a day.

    Days a month back and more are kept as one, since they only ever grow older.
    """

    membership = models.ForeignKey(
        Membership,
        on_delete=models.DO_NOTHING,
        related_name="silence",
        db_constraint=False,
        db_index=False,
    )
    unit = about_unit()
    day = models.DateField()
    persons = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("silence of a guide")
        verbose_name_plural = _("silence of guides")
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "day"], name="a_guide_has_one_figure_of_silence_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.persons}"


class UnitSilenceQuerySet(UnitQuerySet["UnitSilence"]):
    def before(self, day: date) -> Self:
        return self.filter(day__lt=day)


class UnitSilence(models.Model):
    """The same for a unit: as many rows as days, however many the persons."""

    unit = about_unit()
    day = models.DateField()
    persons = models.PositiveIntegerField()

    objects = UnitSilenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("silence of a unit")
        verbose_name_plural = _("silence of units")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "day"], name="a_unit_has_one_figure_of_silence_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.persons}"


class Measure(models.TextChoices):
    """What is counted of places: each kind, and those who work or study, each person once."""

    WORK = "WORK", _("in work or studies")
    STUDY_VISIT = "STUDY_VISIT", _("Study visit")
    WORK_TRAINING = "WORK_TRAINING", _("Work training")
    INTERNSHIP = "INTERNSHIP", _("Internship")
    STUDIES = "STUDIES", _("Studies")
    SUBSIDISED = "SUBSIDISED", _("Job with wage support")
    ORDINARY = "ORDINARY", _("Job without support")


class UnitPlacesQuerySet(UnitQuerySet["UnitPlaces"]):
    def begun(self, today: date) -> Self:
        """Return the changes up to a day: their sum is how many there are on it."""
        return self.filter(day__lte=today)


class UnitPlaces(models.Model):
    """By how much a measure changes on a day: persons who begin, less those who have ended.

    What has happened before the last count is one row.
    """

    unit = about_unit()
    measure = models.CharField(max_length=20, choices=Measure)
    day = models.DateField()
    change = models.IntegerField()

    objects = UnitPlacesQuerySet.as_manager()

    class Meta:
        verbose_name = _("places of a unit")
        verbose_name_plural = _("places of units")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "measure", "day"], name="a_unit_has_one_change_of_a_measure_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.day}: {self.change:+}"


class MonthFiguresQuerySet(UnitQuerySet["MonthFigures"]):
    def oldest_first(self) -> Self:
        return self.order_by("month", "unit__name", "pk")


class MonthFigures(models.Model):
    """One unit and month. A person counts in the unit they belonged to at the end of it."""

    unit = about_unit()
    month = models.DateField()
    registered = models.PositiveIntegerField(_("New persons"))
    with_contact = models.PositiveIntegerField(_("Persons with a contact"))
    in_intake = models.PositiveIntegerField(_("Persons who wait for a contact"))
    study_visit = models.PositiveIntegerField(_("On a study visit"))
    work_training = models.PositiveIntegerField(_("In work training"))
    internship = models.PositiveIntegerField(_("In an internship"))
    studies = models.PositiveIntegerField(_("In studies"))
    subsidised = models.PositiveIntegerField(_("In a job with wage support"))
    ordinary = models.PositiveIntegerField(_("In a job without support"))
    contacts = models.PositiveIntegerField(_("Contacts with the persons"))
    attendances = models.PositiveIntegerField(_("Visits to activities by the persons"))
    sessions = models.PositiveIntegerField(_("Sessions that the unit runs"))
    visits = models.PositiveIntegerField(_("Visits to the unit's sessions"))

    objects = MonthFiguresQuerySet.as_manager()

    class Meta:
        verbose_name = _("figures of a month")
        verbose_name_plural = _("figures of months")
        constraints = [
            models.UniqueConstraint(fields=["unit", "month"], name="a_unit_has_one_row_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.month:%Y-%m}"
