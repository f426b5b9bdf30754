"""Days and times in words: "torsdag 14 mars klockan 13.00", "i morgon", "3 dagar sedan"."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Protocol

from django import template
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()

type Day = date | datetime | None


def local(value: date) -> date:
    """Return the civil date in Sweden; an instant near midnight may belong to another day."""
    if not isinstance(value, datetime):
        return value
    return (timezone.localtime(value) if timezone.is_aware(value) else value).date()


class Confirmed(Protocol):
    """What somebody confirms now and then, and what is unsure when nobody does."""

    def stale_on(self, day: date, /) -> bool: ...


@register.filter
def stale(what: Confirmed, today: date) -> bool:
    """Answer whether it is so long since it was confirmed that one should ring first."""
    return what.stale_on(today)


@register.filter
def day(value: Day, today: date | None = None) -> str:
    """Say "torsdag 14 mars"; with today, the year too when it is another one."""
    if value is None:
        return ""
    on = local(value)
    said = {"weekday": WEEKDAYS[on.weekday()], "day": on.day, "month": MONTHS[on.month]}
    if today is None or on.year == today.year:
        return _("%(weekday)s %(day)d %(month)s") % said
    return _("%(weekday)s %(day)d %(month)s %(year)d") % (said | {"year": on.year})


@register.filter
def short_day(value: Day, today: date | None = None) -> str:
    """Say "tor 14/3", where a table has little room; with today, another year too."""
    if value is None:
        return ""
    on = local(value)
    said = {"weekday": WEEKDAYS_ABBR[on.weekday()], "day": on.day, "month": on.month}
    if today is None or on.year == today.year:
        return _("%(weekday)s %(day)d/%(month)d") % said
    return _("%(weekday)s %(day)d/%(month)d %(year)d") % (said | {"year": on.year})


@register.filter
def near(value: Day, today: date) -> str:
    """Say "i dag", "i morgon" or "i går", else the day as `day` does."""
    if value is None:
        return ""
    close = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    return close.get((local(value) - today).days) or day(value, today)


@register.filter
def ago(value: Day, today: date) -> str:
    """Say how long ago: "i dag", "i går", "3 dagar sedan"; a coming day as `near` does."""
    if value is None:
        return ""
    days = (today - local(value)).days
    if days <= 1:
        return near(value, today)
    return ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days}


@register.filter
def clock(value: time | datetime | None) -> str:
    """Say "13.00", as Swedish opening hours are written; an instant in Swedish time."""
    if value is None:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return _("%(hour)d.%(minute)02d") % {"hour": value.hour, "minute": value.minute}


@register.filter
def moment(value: datetime | None, today: date | None = None) -> str:
    """Say "torsdag 14 mars klockan 13.00"; with today, "i morgon klockan 13.00"."""
    if value is None:
        return ""
    said = {"day": near(value, today) if today else day(value), "clock": clock(value)}
    return _("%(day)s at %(clock)s") % said
