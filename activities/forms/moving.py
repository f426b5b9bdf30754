"""Other hours for one session: two clocks on the wall, and what is open instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from activities.forms.door import InsteadForm
from activities.laying_out import instant, night
from portal.templatetags.dates import clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime, timedelta

    from activities.models import Session


class MoveForm(InsteadForm):
    """From when to when; the day stays."""

    opens = forms.TimeField(label=_("Opens"), widget=forms.TimeInput)
    closes = forms.TimeField(label=_("Closes"), widget=forms.TimeInput)

    field_order = ("opens", "closes", "instead")

    def __init__(
        self,
        *args: Any,
        session: Session,
        now: datetime,
        told: int,
        others: Sequence[Session],
        **kwargs: Any,
    ) -> None:
        self.session, self.now = session, now
        hours = {
            "opens": timezone.localtime(session.starts_at).time(),
            "closes": timezone.localtime(session.ends_at).time(),
        }
        super().__init__(*args, others=others, initial=hours, **kwargs)
        words = ngettext("Change and tell %(count)d", "Change and tell %(count)d", told)
        self.submit_label = words % {"count": told} if told else _("Change the hours")  # type: ignore[misc]

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        if not self.errors:
            day = timezone.localdate(self.session.starts_at)
            opens, closes = answers.pop("opens"), answers.pop("closes")
            if opens == closes:
                self.add_error("closes", _("Choose a closing time that is not the opening time."))
            answers["starts_at"] = instant(day, opens)
            answers["ends_at"] = instant(night(day, opens, closes), closes)
            if not self.errors:
                self._check(answers["starts_at"], answers["ends_at"])
        return answers

    def _check(self, starts_at: datetime, ends_at: datetime) -> None:
        before = (self.session.starts_at, self.session.ends_at)
        if (starts_at, ends_at) == before:
            self.add_error(None, _("Those are the hours already. Write what is different."))
        elif starts_at >= ends_at:  # the night when clocks jump
            self.add_error("closes", _("Choose a closing time that is not the opening time."))
        elif ends_at <= self.now:
            self.add_error("closes", _("Choose a closing time that has not passed."))
        elif starts_at != before[0] and before[0] <= self.now:
            self.add_error("opens", _("It has begun already. Change only when it closes."))
        elif starts_at != before[0] and starts_at < self.now:
            self.add_error("opens", _("Choose an opening time that has not passed."))


def close_at_hand(session: Session, now: datetime, hour: timedelta) -> Iterator[dict[str, Any]]:
    """Return the changes that are asked for most, each a button of its own."""
    starts, ends = session.starts_at, session.ends_at
    wanted = [(starts, ends - 2 * hour), (starts, ends - hour), (starts, ends + hour)]
    if starts > now:
        wanted = [(starts + hour, ends), (starts + 2 * hour, ends), *wanted[:2]]
    for opens, closes in wanted:
        if max(opens, now) < closes:
            said = (
                _("Opens %(clock)s") % {"clock": clock(opens)}
                if opens != starts
                else _("Closes %(clock)s") % {"clock": clock(closes)}
            )
            yield {
                "label": said,
                "opens": f"{timezone.localtime(opens):%H:%M}",
                "closes": f"{timezone.localtime(closes):%H:%M}",
            }
