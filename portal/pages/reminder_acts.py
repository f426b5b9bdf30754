"""What those who run the portal do with the reminders: pause a kind, let it go on, send again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from participants.views.showing import bound
from portal import drafts
from portal.forms import Form
from portal.permissions import Permission, authorize
from portal.reminders.kinds import registry
from portal.reminders.operations import pauses, replaying

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from portal.http import PortalRequest
    from portal.reminders.kinds import ReminderKind
    from portal.reminders.operations.replaying import Replayed

LONGEST = timedelta(days=31)


class KindPauseForm(Form):
    """Why a kind is paused, and until when."""

    submit_label = gettext_lazy("Pause")

    why = forms.CharField(
        label=gettext_lazy("Why is it paused?"),
        help_text=gettext_lazy("Your colleagues read it here. Write no name."),
        max_length=200,
        error_messages={"required": gettext_lazy("Write a few words: somebody will ask.")},
    )
    until = forms.DateTimeField(
        label=gettext_lazy("Until when?"),
        help_text=gettext_lazy("Leave it empty to end the pause yourself."),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}),
    )

    def clean_until(self) -> datetime | None:
        until: datetime | None = self.cleaned_data["until"]
        now = timezone.now()
        if until and not now < until <= now + LONGEST:
            raise forms.ValidationError(_("Choose a time that is still to come, within a month."))
        return until


class ReplayForm(forms.Form):
    """Which message is sent again; without one, all that were given up of the kind."""

    only = forms.UUIDField(required=False)


@require_http_methods(["GET", "POST"])
def reminder_pause(request: PortalRequest, kind_code: str) -> HttpResponse:
    found = find_kind(request, kind_code)
    form = bound(request, KindPauseForm)
    if form.is_bound and form.is_valid():
        try:
            pauses.pause(kind=kind_code, by=request.actor, **form.cleaned_data)
        except pauses.AlreadyPaused:
            form.add_error(None, _("A colleague has paused it already."))
        else:
            drafts.discard(request, request.actor)
            messages.success(request, _("Paused. What is being sent just now still leaves."))
            return redirect("reminder_figures")
    context: dict[str, Any] = {"form": form, "kind": found}
    return render(
        request, "reminders/reminder_pause.html", context, status=422 if form.errors else 200
    )


@require_POST
def reminder_go_on(request: PortalRequest, kind_code: str) -> HttpResponse:
    find_kind(request, kind_code)
    freed = pauses.go_on(kind=kind_code, by=request.actor)
    told = ngettext(
        "The pause has ended. %(count)s message that waited is looked at now.",
        "The pause has ended. %(count)s messages that waited are looked at now.",
        freed,
    )
    messages.success(request, told % {"count": freed})
    return redirect("reminder_figures")


@require_POST
def reminder_replay(request: PortalRequest, kind_code: str) -> HttpResponse:
    find_kind(request, kind_code)
    form = ReplayForm(request.POST)
    if not form.is_valid():
        raise Http404
    done = replaying.replay(kind=kind_code, by=request.actor, **form.cleaned_data)
    for words in told(done):
        messages.success(request, words)
    return redirect("reminder_figures")


def told(done: Replayed) -> list[str]:
    """Say how many leave again, and of the others why not."""
    again = ngettext(
        "%(count)s message is sent again.", "%(count)s messages are sent again.", done.again
    )
    words = [again % {"count": done.again}]
    for why, number in done.reasons:
        cannot = ngettext(
            "%(count)s message is not sent again: %(why)s.",
            "%(count)s messages are not sent again: %(why)s.",
            number,
        )
        words.append(cannot % {"count": number, "why": why})
    return words


def find_kind(request: PortalRequest, code: str) -> ReminderKind:
    """Return a kind that may be paused: a code to sign in is none."""
    authorize(request.actor, Permission.REMINDER_RUN)
    if not pauses.may_pause(code):
        raise Http404
    return registry.kinds[code]
