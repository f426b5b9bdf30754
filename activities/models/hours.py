"""Opening hours as rules in Swedish local time; activities/laying_out.py makes sessions of them."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from activities import recurring
from activities.models.activities import Activity
from activities.models.directory import Sheet, Support


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
    """The same hours on days that come back, as `activities.recurring` reads them.

    A closing time that is not after the opening time falls on the next day.
    """

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="opening_rules")
    recurrence = models.CharField(_("how often"), max_length=100)  # a line of RFC 5545
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))
    valid_from = models.DateField(_("from"))
    on_public_holidays = models.BooleanField(_("open on public holidays too"), default=False)

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        constraints = [
            models.CheckConstraint(
                name="opening_hours_come_back_once_a_day_at_most",
                condition=Q(recurrence__regex="^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;|$)"),
                violation_error_message=_(
                    "Hours come back once a day at most. Write one rule for each time."
                ),
            ),
            models.CheckConstraint(
                name="opening_hours_have_a_length",
                condition=~Q(opens=F("closes")),
                violation_error_message=_("Choose a closing time that is not the opening time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity}: {self.opens:%H:%M}-{self.closes:%H:%M}"

    @property
    def words(self) -> str:
        """On which days, as one says it."""
        return recurring.read(self.recurrence, self.valid_from).words(self.valid_from)


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


class HoursRemark(models.Model):
    """*Något stämmer inte*: what somebody has written, until a leader has seen to it."""

    activity = models.ForeignKey(
        Activity, null=True, on_delete=models.CASCADE, related_name="hours_remarks"
    )
    support = models.ForeignKey(
        Support, null=True, on_delete=models.CASCADE, related_name="remarks"
    )
    sheet = models.ForeignKey(Sheet, null=True, on_delete=models.CASCADE, related_name="remarks")
    text = models.CharField(_("what is wrong"), max_length=500)
    written_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    handled_at = models.DateTimeField(null=True, editable=False)
    handled_by = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    submission_id = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("remark on the hours")
        verbose_name_plural = _("remarks on the hours")
        constraints = [
            models.CheckConstraint(
                name="a_handled_remark_has_a_time_and_a_person",
                condition=Q(handled_at=None, handled_by=None)
                | Q(handled_at__isnull=False, handled_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_remark_is_about_one_sheet",
                condition=Q(activity__isnull=False, support=None, sheet=None)
                | Q(activity=None, support__isnull=False, sheet=None)
                | Q(activity=None, support=None, sheet__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about}: {self.written_at:%Y-%m-%d}"

    @property
    def about(self) -> Activity | Support | Sheet | None:
        """The sheet that something is wrong with."""
        return self.activity or self.support or self.sheet
