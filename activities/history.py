"""What stood before a correction: kept with the row itself, and said in words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.templatetags.dates import clock, day, local

if TYPE_CHECKING:
    from collections.abc import Iterable


class Stood(NamedTuple):
    """How an attendance stood: `came` is None when it said that nobody was there."""

    came: datetime | None
    left: datetime | None
    companions: int


def entry(stood: Stood, *, at: datetime, by: str) -> dict[str, Any]:
    """Return a line of the history: what stood, until when, and who changed it."""
    return {
        "at": at.isoformat(),
        "by": by,
        "came": stood.came.isoformat() if stood.came else None,
        "left": stood.left.isoformat() if stood.left else None,
        "companions": stood.companions,
    }


def stands_over(history: list[dict[str, Any]], at: datetime) -> bool:
    """Answer whether something was corrected later than this: then the correction stands."""
    return bool(history) and at < datetime.fromisoformat(history[-1]["at"])


def told(history: Iterable[dict[str, Any]]) -> list[str]:
    """Return each correction in a sentence, the latest first."""
    lines = []
    for one in history:
        at = datetime.fromisoformat(one["at"])
        when = f"{day(at)} {local(at).year}, {clock(at)}"
        said = {"when": when, "who": one["by"], "before": _before(one)}
        lines.append(_("%(when)s: %(who)s corrected. Before it said: %(before)s.") % said)
    return lines[::-1]


def _before(one: dict[str, Any]) -> str:
    if one["came"] is None:
        return _("was not there")
    words = [_("came %(clock)s") % {"clock": _clock(one["came"])}]
    if one["left"]:
        words.append(_("left %(clock)s") % {"clock": _clock(one["left"])})
    if number := one["companions"]:
        words.append(ngettext("%(n)d along", "%(n)d along", number) % {"n": number})
    return ", ".join(words)


def _clock(written: str) -> str:
    return clock(datetime.fromisoformat(written))
