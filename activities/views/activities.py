"""The page of an activity: everything one may wonder before going there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Min, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from activities import guest_links, week
from activities.cards import card
from activities.laying_out import DAY, midnight
from activities.models import (
    Activity,
    Group,
    Invitation,
    Minutes,
    NextStep,
    Point,
    Session,
    SignUp,
)
from activities.views.today import myself
from portal.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from django.http import HttpResponse

    from activities.models.sessions import SessionQuerySet
    from portal.http import PortalRequest

DAYS = 7
FIRST = 5  # rows, then "Show more days" (interface.md 1.2, objective 5)
MOST = 21  # three a day
MOST_STEPS = 10


@login_not_required
@require_safe
def activity_detail(request: PortalRequest, slug: str) -> HttpResponse:
    return show_activity(request, slug)


def show_activity(
    request: PortalRequest, slug: str, *, invitation: Invitation | None = None
) -> HttpResponse:
    """Show everything there is to know; what is by invitation only to those who are invited."""
    now = timezone.now()
    today = timezone.localdate(now)
    known = Activity.objects.select_related("place", "organiser__parent", "organiser__owner")
    activity = get_object_or_404(known, slug=slug)
    person = myself(request)
    if activity.by_invitation and not (invitation or knows(request, activity)):
        raise Http404
    own = week.of(person, actor=request.actor, now=now) if person else None
    cards = [card(one, now=now, week=own) for one in coming(activity, now)]
    context = {
        "activity": activity,
        "cards": cards[:FIRST],
        "later": cards[FIRST:],
        "phone": str(activity.phone or activity.organiser.phone),
        "today": today,
        "steps": next_steps(activity, today),
        "groups": [Group(one).label for one in activity.groups],
        "person": person,
        "here": request.path,
        "member": own is not None and activity.pk in own.member_of,
        **(of_event(activity, invitation) if activity.is_event else {}),
    }
    return render(request, "activities/activity_detail.html", context)


def knows(request: PortalRequest, activity: Activity) -> bool:
    """Answer whether somebody has been invited before, or holds the event."""
    actor = request.actor
    if actor.membership:
        holds = activity.organiser_id == actor.membership.unit_id
        return holds and actor.has_perm(Permission.EVENT_EDIT)
    return SignUp.objects.visible_to(actor).filter(session__activity=activity).exists()


def of_event(activity: Activity, invitation: Invitation | None) -> dict[str, Any]:
    """Return what belongs to an event: what was said, what came of it, and what comes after."""
    published = Minutes.objects.filter(session__activity=activity, published_at__isnull=False)
    points = Point.objects.filter(session__activity__in=[activity.pk, activity.follows_id])
    if not activity.by_invitation:  # what was said among the invited stays there
        points = points.filter(session__activity__by_invitation=False)
    return {
        "invitation": invitation,
        "key": guest_links.invitation_key(invitation) if invitation else "",
        "minutes": published.select_related("session").order_by("-session__starts_at")[:FIRST],
        "points": points.select_related("unit__parent", "session").order_by(
            "-session__starts_at", "pk"
        )[:MOST],
        "beside": list(beside(activity, invitation)),
    }


def beside(activity: Activity, invitation: Invitation | None) -> Iterator[dict[str, Any]]:
    """Yield the meetings before and after this one that the reader may know of."""
    linked = Activity.objects.filter(Q(followed_by=activity) | Q(follows=activity)).order_by("pk")
    keys: dict[int, str] = {}
    if invitation:
        same = Invitation.objects.working().filter(
            activity__in=linked.values("pk"), audience=invitation.audience
        )
        keys = {one.activity_id: guest_links.invitation_key(one) for one in same}
    for one in linked.annotate(at=Min("sessions__starts_at")):
        if not one.by_invitation or one.pk in keys:
            page = one.get_absolute_url()
            if one.pk in keys:
                page = reverse("activities:invitation", args=[keys[one.pk]])
            is_next = one.follows_id == activity.pk
            at = one.at  # type: ignore[attr-defined]  # annotated
            yield {"event": one, "at": at, "page": page, "is_next": is_next}


def next_steps(activity: Activity, today: date) -> list[NextStep]:
    """Return what one can go on to from here, and still find there."""
    known = activity.next_steps.open(today).select_related("to_activity", "to_support")
    return list(known.order_by("to_activity__level", "pk")[:MOST_STEPS])


def coming(activity: Activity, now: datetime) -> SessionQuerySet:
    """Return the sessions of the coming week, or every one of an event, cancelled ones too."""
    until = midnight(timezone.localdate(now) + DAYS * DAY)
    within = Session.objects.filter(activity=activity, ends_at__gt=now)
    if not activity.is_event:  # each of its times is made by hand, and none is too far away to tell
        within = within.filter(starts_at__lt=until)
    return (
        within.filter(closed_at=None)
        .select_related("activity", "instead__activity")
        .order_by("starts_at", "pk")[:MOST]
    )
