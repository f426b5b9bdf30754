"""The door: check in by one tap, go home by the next, take it back; guests with or without name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities import door, expecting, members_list, reaching
from activities.forms.door import GuestForm
from activities.models import Attendance, CompanyWish, Contract, Guest, Session
from activities.notifications import moved
from activities.notifications.sessions import SESSION_CANCELLED
from activities.services import checking_in, correcting, sessions, taps
from participants.models import Participant
from portal import audit
from portal.models import AuditAct, InfoType
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from django.http import HttpResponse

    from activities.reaching import Reached
    from portal.forms import Form
    from portal.http import PortalRequest

PAGE = 50


def run_session(request: PortalRequest, session_id: int) -> Session:
    """Return a session of the actor's own unit, or 404; 403 for who runs none."""
    own = Session.objects.run_by(request.actor).select_related("activity")
    session = get_object_or_404(own, pk=session_id)
    is_event = session.activity.is_event
    authorize(request.actor, Permission.EVENT_EDIT if is_event else Permission.SESSION_RUN)
    return session


def session_at_door(request: PortalRequest, session_id: int) -> Session:
    """Return a session whose door list may be written today."""
    session = run_session(request, session_id)
    if not session.takes_names(timezone.now()):
        raise Http404
    return session


@require_safe
def session_door(request: PortalRequest, session_id: int) -> HttpResponse:
    return show_door(request, run_session(request, session_id), GuestForm())


def show_door(request: PortalRequest, session: Session, form: Form) -> HttpResponse:
    """Write whom the page shows, then show them."""
    now = timezone.now()
    form.helper.form_action = reverse("activities:guest_add", args=[session.pk])
    form.helper.attrs = {"data-tap": "guest"}
    context = {
        "session": session,
        "state": session.state(now),
        "may_restore": session.cancelled_at and now - session.cancelled_at < sessions.UNDO,
        "may_move_back": sessions.may_move_back(session, now),
        "may_write": session.takes_names(now),
        "members_may_run": members_list.may_be_opened(session, now),
        "may_correct": correcting.may_correct(session, now),
        "before_start": now < session.starts_at,
        "today": timezone.localdate(now),
        "form": form,
        "to_fetch": to_fetch(request, session),
        "who": taps.whose(request.actor),
        **listed(request, session),
    }
    status = 422 if form.errors else 200
    return render(request, "activities/session_door.html", context, status=status)


def to_fetch(request: PortalRequest, session: Session) -> list[CompanyWish]:
    """Return who wants to be fetched; no question where nobody is."""
    if not session.activity.pick_up:
        return []
    wishes = CompanyWish.objects.visible_to(request.actor).filter(session=session)
    return list(wishes.select_related("participant").order_by("asked_at", "pk")[:PAGE])


def listed(request: PortalRequest, session: Session) -> dict[str, Any]:
    """Return one page of people, the guests with a name, and how many are there in all."""
    named = request.GET.get("namn", "").strip()[:40]
    last = request.GET.get("senast", "")
    away = door.absences(session, actor=request.actor)
    coming = expecting.coming([session.pk], away={session.pk: away}).get(session.pk, {})
    people = door.listed(session, actor=request.actor, coming=coming, named=named)
    page = Paginator(people, PAGE).get_page(request.GET.get("sida"))
    noted = door.attendance(session, actor=request.actor)
    rows = list(door.rows(page, session, noted, coming=coming, away=away, last=last))
    act = AuditAct.SEARCH if named else AuditAct.LIST
    note_shown(request, session, [row.pk for row in rows], act=act)
    guests = list(Guest.objects.here().filter(session=session).order_by("pk")[: door.MOST_GUESTS])
    expected = door.guests_coming(session, guests, actor=request.actor)
    here = sum(one.number for one in noted.values())
    here += sum(one.left_at is None for one in guests) + session.guests
    return {
        "rows": rows,
        "by_timetable": session.activity.contract == Contract.SCHEDULE,
        "is_said": any(row.seen for row in rows),
        "page": page,
        "named": named,
        "guests": guests,
        "expected": expected,
        "coming": session.signed_up if session.activity.is_event else len(coming),
        "reach": reached(session, coming),
        "here": here,
        "came": sum(1 + one.companions for one in noted.values()) + len(guests) + session.guests,
        "last": last,
    }


def reached(session: Session, coming: Collection[int]) -> Reached | None:
    """Return how those who come hear of a change, when there is one."""
    if not session.cancelled_at and not session.is_moved:
        return None
    is_off = session.cancelled_at is not None
    return reaching.of(coming, SESSION_CANCELLED if is_off else moved.SESSION_MOVED)


def note_shown(
    request: PortalRequest,
    session: Session,
    person_ids: Iterable[int],
    *,
    act: AuditAct = AuditAct.LIST,
) -> None:
    """Write in the log whom a page about a session shows."""
    audit.record(
        act,
        "session",
        by=request.actor,
        participants=person_ids,
        subject_id=session.pk,
        info_types=[InfoType.ACTIVITY],
    )


@require_POST
def check_in(request: PortalRequest, session_id: int, person_id: UUID) -> HttpResponse:
    session = session_at_door(request, session_id)
    within = Participant.objects.visible_to(request.actor)
    person = get_object_or_404(within, public_id=person_id)
    try:
        attendance = checking_in.check_in(
            session=session, participant=person, by=request.actor, now=timezone.now()
        )
    except sessions.SessionCancelled:
        messages.warning(request, _("The session is cancelled. Take that back first."))
        return back(session)
    return back(session, last=attendance.public_id)


def find_attendance(request: PortalRequest, attendance_id: UUID) -> Attendance:
    within = Attendance.objects.visible_to(request.actor).noted().select_related("session")
    attendance = get_object_or_404(within, public_id=attendance_id)
    session_at_door(request, attendance.session_id)
    return attendance


@require_POST
def check_out(request: PortalRequest, attendance_id: UUID) -> HttpResponse:
    attendance = find_attendance(request, attendance_id)
    checking_in.check_out(attendance=attendance, by=request.actor, now=timezone.now())
    return back(attendance.session, last=attendance.public_id)


@require_POST
def attendance_confirm(request: PortalRequest, attendance_id: UUID) -> HttpResponse:
    attendance = find_attendance(request, attendance_id)
    checking_in.confirm(attendance=attendance, by=request.actor)
    return back(attendance.session)


@require_POST
def company_count(request: PortalRequest, attendance_id: UUID) -> HttpResponse:
    attendance = find_attendance(request, attendance_id)
    change = -1 if request.POST.get("change") == "less" else 1
    checking_in.count_company(attendance=attendance, by=request.actor, change=change)
    return back(attendance.session, last=attendance.public_id)


@require_POST
def attendance_undo(request: PortalRequest, attendance_id: UUID) -> HttpResponse:
    attendance = find_attendance(request, attendance_id)
    checking_in.undo_attendance(attendance=attendance, by=request.actor, now=timezone.now())
    return back(attendance.session)


@require_POST
def guest_add(request: PortalRequest, session_id: int) -> HttpResponse:
    session = session_at_door(request, session_id)
    form = GuestForm(request.POST)
    if not form.is_valid():
        return show_door(request, session, form)
    try:
        with form.sending():
            guest = sessions.add_guest(
                session=session, by=request.actor, now=timezone.now(), **form.cleaned_data
            )
            return back(session, last=guest.public_id)
    except sessions.SessionCancelled:
        messages.warning(request, _("The session is cancelled. Take that back first."))
        return back(session)
    return show_door(request, session, form)


@require_POST
def guest_count(request: PortalRequest, session_id: int) -> HttpResponse:
    session = session_at_door(request, session_id)
    change = -1 if request.POST.get("change") == "less" else 1
    try:
        sessions.count_guests(session=session, by=request.actor, change=change)
    except sessions.SessionCancelled:
        messages.warning(request, _("The session is cancelled. Take that back first."))
    return back(session)


def find_guest(request: PortalRequest, guest_id: UUID) -> Guest:
    guest = get_object_or_404(Guest.objects.here().select_related("session"), public_id=guest_id)
    session_at_door(request, guest.session_id)
    return guest


@require_POST
def guest_left(request: PortalRequest, guest_id: UUID) -> HttpResponse:
    guest = find_guest(request, guest_id)
    sessions.guest_left(guest=guest, by=request.actor, now=timezone.now())
    return back(guest.session, last=guest.public_id)


@require_POST
def guest_undo(request: PortalRequest, guest_id: UUID) -> HttpResponse:
    guest = find_guest(request, guest_id)
    sessions.undo_guest(guest=guest, by=request.actor, now=timezone.now())
    return back(guest.session)


def back(session: Session, *, last: UUID | None = None) -> HttpResponse:
    """Return to the door, where the last tap can be taken back."""
    page = reverse("activities:session_door", args=[session.pk])
    return redirect(f"{page}?senast={last}#senast" if last else page)
