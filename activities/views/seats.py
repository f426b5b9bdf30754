"""*Ändra antal platser*: more are offered to the line at once, and nobody loses theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from activities.forms.seats import SeatsForm
from activities.services import seats
from activities.services.sessions import SessionCancelled, SessionOver
from activities.views.door import run_session

if TYPE_CHECKING:
    from django.http import HttpResponse

    from activities.models import Session
    from portal.http import PortalRequest


@require_http_methods(["GET", "POST"])
def session_seats(request: PortalRequest, session_id: int) -> HttpResponse:
    session = run_session(request, session_id)
    if session.seats is None:
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = SeatsForm(posted, initial={"seats": session.seats})
    if form.is_valid() and saved(request, session, form):
        return redirect("activities:session_door", session_id)
    context = {"session": session, "form": form, "today": timezone.localdate()}
    status = 422 if form.errors else 200
    return render(request, "activities/session_seats.html", context, status=status)


def saved(request: PortalRequest, session: Session, form: SeatsForm) -> bool:
    """Save, and say how many have been offered a place; False when the form says what is wrong."""
    try:
        offered = seats.set_seats(
            session=session, by=request.actor, now=timezone.now(), **form.cleaned_data
        )
    except seats.TooFew as few:
        told = ngettext(
            "%(n)d person has a place. Choose that many or more.",
            "%(n)d people have a place. Choose that many or more.",
            few.taken,
        )
        form.add_error("seats", told % {"n": few.taken})
        return False
    except (SessionCancelled, SessionOver):
        messages.info(request, _("It has begun, or is cancelled. The places are as they were."))
        return True
    words = _("The number of places is saved.")
    if offered:
        told = ngettext(
            "%(n)d person in line is offered a place.",
            "%(n)d people in line are offered a place.",
            offered,
        )
        words = f"{words} {told % {'n': offered}}"
    messages.success(request, words)
    return True
