"""*Träffar*: who holds events makes them, invites, and sees who comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Max, Min, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities import conflicts
from activities.forms.events import ChangeForm, EventForm, InviteForm, TimeForm
from activities.guest_links import invitation_key
from activities.models import Activity, GuestSignUp, Invitation, Session, SignUp
from activities.services import events, guest_sign_ups
from activities.services.sessions import SessionThere
from activities.views.door import note_shown
from participants.models import Participant
from portal.http import page_of
from portal.permissions import Permission, authorize
from portal.templatetags.dates import day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.http import HttpResponse

    from activities.models.sessions import SessionQuerySet
    from portal.forms import Form, ModelForm
    from portal.http import PortalRequest

PAGE, FARTHEST = 50, 100
MOST = 100  # times of one event
MOST_NAMES = 500


def find_event(request: PortalRequest, slug: str) -> Activity:
    """Return an event of the actor's own unit, or 404; 403 for who holds none."""
    own = Activity.objects.events().run_by(request.actor).select_related("place", "follows")
    event = get_object_or_404(own, slug=slug)
    authorize(request.actor, Permission.EVENT_EDIT)
    return event


def find_time(request: PortalRequest, session_id: int) -> Session:
    """Return one time of an event of the actor's own unit."""
    own = Session.objects.run_by(request.actor).select_related("activity__place")
    session = get_object_or_404(own, pk=session_id)
    find_event(request, session.activity.slug)
    return session


@require_safe
def event_list(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.EVENT_EDIT)
    now = timezone.now()
    own = Activity.objects.events().run_by(request.actor).select_related("place")
    dated = own.annotate(
        next_at=Min("sessions__starts_at", filter=Q(sessions__ends_at__gt=now)),
        last_at=Max("sessions__starts_at"),
        coming=Count("sessions", filter=Q(sessions__ends_at__gt=now)),
    )
    page = Paginator(dated.order_by("-last_at", "pk"), PAGE).get_page(page_of(request, FARTHEST))
    return render(
        request, "activities/event_list.html", {"page": page, "today": timezone.localdate()}
    )


@require_http_methods(["GET", "POST"])
def event_add(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.EVENT_EDIT)
    own = Activity.objects.events().run_by(request.actor).order_by("-pk")
    before = own.filter(slug=request.GET.get("efter", "")).first()
    told = {"follows": before, "place": before.place_id} if before else {}
    form = EventForm(
        request.POST if request.method == "POST" else None, earlier=own[:MOST], initial=told
    )
    if not form.is_valid():
        return ask(request, form, _("A new meeting"), reverse("activities:event_list"))
    event = events.make_event(by=request.actor, **form.cleaned_data)
    messages.success(request, _("The meeting is made."))
    say_what_clashes(request, event, event.sessions.all())
    return redirect("activities:event_detail", event.slug)


def ask(
    request: PortalRequest, form: Form | ModelForm, title: str, back: str, **more: Any
) -> HttpResponse:
    """Show a page that asks one thing."""
    context = {"form": form, "title": title, "back": back, **more}
    status = 422 if form.errors else 200
    return render(request, "activities/event_form.html", context, status=status)


@require_safe
def event_detail(request: PortalRequest, event_slug: str) -> HttpResponse:
    event, now = find_event(request, event_slug), timezone.now()
    times = list(
        Session.objects.filter(activity=event)
        .select_related("minutes")
        .annotate(number_of_points=Count("points"))
        .order_by("starts_at", "pk")[:MOST]
    )
    context = {
        "event": event,
        "coming": [one for one in times if one.ends_at > now],
        "past": [one for one in reversed(times) if one.starts_at <= now],
        "invitations": [(one, addressed(request, one)) for one in working(event)],
        "followed_by": event.followed_by.order_by("pk"),
        "form": InviteForm(),
        "today": timezone.localdate(),
    }
    return render(request, "activities/event_detail.html", context)


def working(event: Activity) -> list[Invitation]:
    """Return the addresses that open an event now."""
    return list(event.invitations.working().order_by("audience")) if event.by_invitation else []


def addressed(request: PortalRequest, invitation: Invitation) -> str:
    """Return the whole address to send to those who are invited."""
    page = reverse("activities:invitation", args=[invitation_key(invitation)])
    return request.build_absolute_uri(page)


@require_http_methods(["GET", "POST"])
def event_change(request: PortalRequest, event_slug: str) -> HttpResponse:
    event = find_event(request, event_slug)
    form = ChangeForm(request.POST if request.method == "POST" else None, event=event)
    if not form.is_valid():
        told = to_come(event).filter(signed_up__gt=0)[:MOST]
        return ask(request, form, _("Change what it says"), here(event_slug), told=told)
    was_at = event.place_id
    events.change_event(event=event, by=request.actor, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("It is changed."))
    event.refresh_from_db()
    if event.place_id != was_at:
        say_what_clashes(request, event, to_come(event)[:MOST])
    return redirect("activities:event_detail", event_slug)


def to_come(event: Activity) -> SessionQuerySet:
    """Return the times of an event that have not begun."""
    ahead = Session.objects.held().filter(activity=event, starts_at__gt=timezone.now())
    return ahead.order_by("starts_at", "pk")


def say_what_clashes(request: PortalRequest, event: Activity, times: Iterable[Session]) -> None:
    """Say what stands in the way of these times; they are saved all the same."""
    spans = {one.starts_at: one.ends_at for one in times}
    for one in conflicts.of_hours(event, spans):
        if one.closing:
            words = _("%(when)s: %(place)s is shut. Choose another place or time.")
        else:
            words = _("%(when)s: somebody else has %(room)s. Choose another place or time.")
        said = {"when": day(one.starts_at), "place": event.place, "room": event.room}
        messages.warning(request, words % said)


def here(slug: str) -> str:
    return reverse("activities:event_detail", args=[slug])


@require_http_methods(["GET", "POST"])
def event_time_add(request: PortalRequest, event_slug: str) -> HttpResponse:
    event = find_event(request, event_slug)
    form = TimeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            added = events.add_time(event=event, by=request.actor, **form.cleaned_data)
        except SessionThere:
            form.add_error("opens", _("There is a meeting at that time already."))
        else:
            messages.success(request, _("The time is added."))
            say_what_clashes(request, event, [added])
            return redirect("activities:event_detail", event_slug)
    return ask(request, form, _("One more time"), here(event_slug))


@require_POST
def invitation_add(request: PortalRequest, event_slug: str) -> HttpResponse:
    event = find_event(request, event_slug)
    form = InviteForm(request.POST)
    if event.by_invitation and form.is_valid():
        events.invite(event=event, by=request.actor, audience=form.cleaned_data["audience"])
        messages.success(request, _("The address is made. Copy it, and send it to them."))
    else:
        messages.info(request, _("Choose whom to invite."))
    return redirect("activities:event_detail", event_slug)


@require_POST
def invitation_end(request: PortalRequest, event_slug: str, invitation_id: int) -> HttpResponse:
    event = find_event(request, event_slug)
    invitation = get_object_or_404(event.invitations.working(), pk=invitation_id)
    events.end_invitation(invitation=invitation, by=request.actor)
    messages.success(request, _("The address has stopped working."))
    return redirect("activities:event_detail", event_slug)


@require_safe
def event_coming(request: PortalRequest, time_id: int) -> HttpResponse:
    session = find_time(request, time_id)
    people = SignUp.objects.visible_to(request.actor).kept().filter(session=session)
    named = Participant.objects.visible_to(request.actor).filter(
        pk__in=people.values("participant")
    )
    shown = list(named.order_by("sort_key", "pk")[:MOST_NAMES])
    note_shown(request, session, [one.pk for one in shown])
    states = {one.participant_id: one for one in people}
    guests = GuestSignUp.objects.run_by(request.actor).kept().remembered().filter(session=session)
    listed = list(
        guests.order_by(F("waiting_since").asc(nulls_first=True), "created_at", "pk")[:MOST_NAMES]
    )
    context = {
        "session": session,
        "event": session.activity,
        "people": [(one, states[one.pk]) for one in shown],
        "guests": listed,
        "others": others(session, [*states.values(), *listed]),
        "today": timezone.localdate(),
    }
    return render(request, "activities/event_coming.html", context)


def others(session: Session, known: list[Any]) -> int:
    """Return how many come whom the reader may not see by name."""
    placed = sum(one.waiting_since is None for one in known)
    return max(session.signed_up - placed, 0)


@require_POST
def guest_take_back(request: PortalRequest, signed_up_id: UUID) -> HttpResponse:
    own = GuestSignUp.objects.run_by(request.actor).kept().select_related("session__activity")
    guest = get_object_or_404(own, public_id=signed_up_id)
    authorize(request.actor, Permission.EVENT_EDIT)
    guest_sign_ups.withdraw(guest=guest, by=request.actor, now=timezone.now())
    messages.success(request, _("They are taken off the list."))
    return redirect("activities:event_coming", guest.session_id)
