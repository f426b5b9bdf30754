"""*Rätta*: who was there, when and with whom; two weeks back, and with its history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activities import correcting
from activities.forms.correcting import CorrectForm, GuestNumberForm
from activities.models import Attendance, Contract, Session
from activities.services import correcting as services
from activities.views.door import PAGE, note_shown, run_session
from participants.models import Participant

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.http import PortalRequest


def session_to_correct(request: PortalRequest, session_id: int) -> Session:
    """Return a session of the own unit that has begun, and ended two weeks ago at most."""
    session = run_session(request, session_id)
    if not services.may_correct(session, timezone.now()):
        raise Http404
    return session


@require_http_methods(["GET", "POST"])
def session_correct(request: PortalRequest, session_id: int) -> HttpResponse:
    session = session_to_correct(request, session_id)
    form = GuestNumberForm(
        request.POST if request.method == "POST" else None, initial={"number": session.guests}
    )
    if form.is_valid():
        services.set_guests(session=session, by=request.actor, **form.cleaned_data)
        messages.success(request, _("The number is saved."))
        return redirect("activities:session_correct", session_id)
    everybody = correcting.rows(session, actor=request.actor)
    rows = Paginator(everybody, PAGE).get_page(request.GET.get("sida"))
    note_shown(request, session, [row.pk for row in rows])
    context = {"session": session, "rows": rows, "form": form, "today": timezone.localdate()}
    status = 422 if form.errors else 200
    return render(request, "activities/session_correct.html", context, status=status)


@require_http_methods(["GET", "POST"])
def attendance_correct(request: PortalRequest, session_id: int, person_id: UUID) -> HttpResponse:
    session, now = session_to_correct(request, session_id), timezone.now()
    within = Participant.objects.visible_to(request.actor)
    person = get_object_or_404(within, public_id=person_id)
    of_session = Attendance.objects.visible_to(request.actor).filter(session=session)
    noted = of_session.filter(participant=person).first()
    posted = request.POST if request.method == "POST" else None
    form = CorrectForm(posted, session=session, noted=noted, now=now)
    if form.is_valid() and corrected(request, session, person, form):
        return redirect("activities:session_correct", session_id)
    if not form.errors:
        form = CorrectForm(None, session=session, noted=noted, now=now)
    note_shown(request, session, [person.pk])
    context = {
        "session": session,
        "name": person.short_name,
        "form": form,
        "corrections": correcting.told(noted),
        "may_be_sent": session.activity.contract == Contract.SCHEDULE,
        "today": timezone.localdate(now),
    }
    status = 422 if form.errors else 200
    return render(request, "activities/attendance_correct.html", context, status=status)


def corrected(
    request: PortalRequest, session: Session, person: Participant, form: CorrectForm
) -> bool:
    """Put it right, unless somebody else was faster; then the page says what they wrote."""
    try:
        services.correct(
            session=session,
            participant=person,
            by=request.actor,
            now=form.now,
            is_now=form.cleaned_data["is_now"],
            seen=form.cleaned_data["seen"],
        )
    except services.ChangedMeanwhile:
        messages.warning(
            request, _("Somebody else has changed this meanwhile. Now it says what they wrote.")
        )
        return False
    messages.success(request, _("It is corrected. What stood before can still be read."))
    return True
