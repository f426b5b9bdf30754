"""*Jag kommer inte* on a day of the timetable, by the person and at the door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activities.forms.absences import AT_THE_DOOR, OWN, AbsenceForm
from activities.models import AbsenceReason, Session
from activities.services import absences
from activities.services.sessions import SessionCancelled, SessionNotBegun, SessionOver
from activities.views.door import back, session_at_door
from activities.views.sign_ups import signed_in_person
from participants.models import Participant

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.http import PortalRequest

TOO_LATE = (SessionCancelled, SessionOver, absences.NotExpected)


@require_http_methods(["GET", "POST"])
def my_absence(request: PortalRequest, session_id: int) -> HttpResponse:
    person = signed_in_person(request)
    session = get_object_or_404(Session.objects.public().select_related("activity"), pk=session_id)
    form = AbsenceForm(request.POST if request.method == "POST" else None, reasons=OWN)
    if form.is_valid():
        try:
            absences.note_absence(
                session=session,
                participant=person,
                by=request.actor,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except TOO_LATE:
            messages.info(request, _("You are not expected there, so there is nothing to say."))
        except absences.IsHere:
            messages.info(request, _("It is noted that you have come. That is good."))
        else:
            messages.success(
                request,
                _(
                    "Thank you for saying so. Your place is still yours, and you are welcome next"
                    " time."
                ),
            )
        return redirect("activities:today")
    status = 422 if form.errors else 200
    context = {"form": form, "session": session, "today": timezone.localdate()}
    return render(request, "activities/my_absence.html", context, status=status)


@require_POST
def my_absence_undo(request: PortalRequest, session_id: int) -> HttpResponse:
    person = signed_in_person(request)
    session = get_object_or_404(Session.objects.public(), pk=session_id)
    absences.take_back(session=session, participant=person, by=request.actor, now=timezone.now())
    messages.success(request, _("Good, you are coming after all. You are welcome."))
    return redirect("activities:today")


@require_http_methods(["GET", "POST"])
def absence_note(request: PortalRequest, session_id: int, person_id: UUID) -> HttpResponse:
    session = session_at_door(request, session_id)
    person = get_object_or_404(Participant.objects.visible_to(request.actor), public_id=person_id)
    now = timezone.now()
    silence = (AbsenceReason.UNHEARD,) if now >= session.starts_at else ()
    reasons = (*silence, *AT_THE_DOOR)
    form = AbsenceForm(request.POST if request.method == "POST" else None, reasons=reasons)
    if form.is_valid():
        try:
            absences.note_absence(
                session=session, participant=person, by=request.actor, now=now, **form.cleaned_data
            )
        except (*TOO_LATE, SessionNotBegun):
            messages.info(request, _("Nobody expects this person here today."))
        except absences.IsHere:
            messages.info(request, _("This person is here. Undo that first."))
        return back(session)
    status = 422 if form.errors else 200
    context = {
        "form": form,
        "session": session,
        "name": person.short_name,
        "today": timezone.localdate(now),
        "door": reverse("activities:session_door", args=[session.pk]),
    }
    return render(request, "activities/absence_note.html", context, status=status)


@require_POST
def absence_undo(request: PortalRequest, session_id: int, person_id: UUID) -> HttpResponse:
    session = session_at_door(request, session_id)
    person = get_object_or_404(Participant.objects.visible_to(request.actor), public_id=person_id)
    absences.take_back(session=session, participant=person, by=request.actor, now=timezone.now())
    return back(session)
