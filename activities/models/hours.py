"""Opening hours as rules in Swedish local time; activities/laying_out.py makes sessions of them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from activities.models.activities import Activity


class Weekday(models.IntegerChoices):
    """Monday is 0, as `date.weekday()` and dateutil have it."""

    MONDAY = 0, WEEKDAYS[0]
    TUESDAY = 1, WEEKDAYS[1]
    WEDNESDAY = 2, WEEKDAYS[2]
    THURSDAY = 3, WEEKDAYS[3]
    FRIDAY = 4, WEEKDAYS[4]
    SATURDAY = 5, WEEKDAYS[5]
    SUNDAY = 6, WEEKDAYS[6]


class OpeningRule(models.Model):
    """The same hours on the same weekdays, week after week.

    A closing time that is not after the opening time falls on the next day.
    """

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="opening_rules")
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday), verbose_name=_("weekdays")
    )
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)
    on_public_holidays = models.BooleanField(_("open on public holidays too"), default=False)

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        constraints = [
            models.CheckConstraint(
                name="opening_hours_have_a_weekday",
                condition=Q(weekdays__len__gt=0, weekdays__contained_by=Weekday.values),
                violation_error_message=_("Choose at least one weekday."),
            ),
            models.CheckConstraint(
                name="opening_hours_have_a_length",
                condition=~Q(opens=F("closes")),
                violation_error_message=_("Choose a closing time that is not the opening time."),
            ),
            models.CheckConstraint(
                name="opening_hours_end_after_they_start",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("The last day must not come before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity}: {self.opens:%H:%M}-{self.closes:%H:%M}"


class OpeningException(models.Model):
    """One day that is unlike the others: closed, or open at other hours. Wins over every rule."""

    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="opening_exceptions"
    )
    on = models.DateField(_("day"))
    opens = models.TimeField(_("opens"), null=True, blank=True)  # empty: closed the whole day
    closes = models.TimeField(_("closes"), null=True, blank=True)
    reason = models.CharField(_("why"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("other hours")
        verbose_name_plural = _("other hours")
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "on"],
                name="a_day_has_one_exception",
                violation_error_message=_("That day has other hours already."),
            ),
            models.CheckConstraint(
                name="other_hours_have_a_start_and_an_end",
                condition=Q(opens=None, closes=None)
                | (Q(opens__isnull=False, closes__isnull=False) & ~Q(opens=F("closes"))),
                violation_error_message=_("Write both when it opens and when it closes."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity}: {self.on}"
