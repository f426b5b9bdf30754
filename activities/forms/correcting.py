"""What is put right afterwards: who was there, from when to when, and how many had no name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.history import Stood
from activities.laying_out import DAY, instant
from activities.models.attendance import MOST_COMPANIONS
from activities.services.correcting import seal
from activities.services.sessions import MOST_GUESTS
from portal.forms import Form

if TYPE_CHECKING:
    from datetime import datetime, time

    from activities.models import Attendance, Session

THERE, NOT_THERE = "yes", "no"


class CorrectForm(Form):
    """Was the person there, and when: on the clock of the wall."""

    submit_label = _("Save the correction")

    was_there = forms.ChoiceField(
        label=_("Was the person there?"),
        choices=[(THERE, _("Yes")), (NOT_THERE, _("No"))],
        widget=forms.RadioSelect,
    )
    came = forms.TimeField(label=_("Came"), widget=forms.TimeInput, required=False)
    left = forms.TimeField(
        label=_("Left"),
        widget=forms.TimeInput,
        required=False,
        help_text=_("Leave it empty if nobody knows."),
    )
    companions = forms.IntegerField(
        label=_("How many came along"),
        min_value=0,
        max_value=MOST_COMPANIONS,
        required=False,
        help_text=_("Without names."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, session: Session, noted: Attendance | None, now: datetime, **kwargs: Any
    ) -> None:
        self.session, self.now = session, now
        stood = noted.stood if noted else Stood(None, None, 0)
        starts = min(session.starts_at, now)
        first = {
            "was_there": THERE if stood.came else NOT_THERE,
            "came": timezone.localtime(stood.came or starts).strftime("%H:%M"),
            "left": timezone.localtime(stood.left).strftime("%H:%M") if stood.left else None,
            "companions": stood.companions,
            "seen": seal(noted),
        }
        self.stood = stood
        super().__init__(*args, initial=first, **kwargs)

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        if self.errors or answers["was_there"] == NOT_THERE:
            return answers | {"is_now": Stood(None, None, 0)}
        if answers["came"] is None:
            self.add_error("came", _("Write when they came, about."))
            return answers
        came = self._moment(answers["came"], self.stood.came)
        left = answers["left"] and self._moment(answers["left"], self.stood.left)
        if came > self.now:
            self.add_error("came", _("Write a time that has passed."))
        elif left and left < came:
            self.add_error("left", _("Write a time after they came."))
        elif left and left > self.now:
            self.add_error("left", _("Write a time that has passed."))
        return answers | {"is_now": Stood(came, left or None, answers["companions"] or 0)}

    def _moment(self, clock: time, stood: datetime | None) -> datetime:
        """Return the moment on the day of the session; what is long before its start is at night.

        A time that nobody has touched keeps its seconds.
        """
        if stood and timezone.localtime(stood).strftime("%H:%M") == clock.strftime("%H:%M"):
            return stood
        day = timezone.localdate(self.session.starts_at)
        moment = instant(day, clock)
        at_night = instant(day + DAY, clock)
        is_night = moment < self.session.starts_at and at_night < self.session.ends_at
        return at_night if is_night else moment


class GuestNumberForm(Form):
    """How many came without a name."""

    submit_label = _("Save the number")

    number = forms.IntegerField(
        label=_("Guests without a name"), min_value=0, max_value=MOST_GUESTS
    )
