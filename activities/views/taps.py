"""What the door's script sends: one tap, also long after it was made, and done once."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from activities import laying_out
from activities.forms.door import TapForm
from activities.models import Attendance, Guest
from activities.services import sessions, taps
from activities.services.correcting import FOR_SO_LONG
from activities.views.door import run_session
from participants.models import Participant
from portal.submissions import SentBefore

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from activities.models import Session
    from portal.actor import Actor
    from portal.http import PortalRequest

NOT_UNDERSTOOD, CANCELLED, SOMEBODY_ELSE = 400, 409, 412


@require_POST
def door_tap(request: PortalRequest, session_id: int) -> HttpResponse:
    session, now = run_session(request, session_id), timezone.now()
    if request.POST.get("who") != taps.whose(request.actor):
        return HttpResponse(status=SOMEBODY_ELSE)
    form = TapForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=NOT_UNDERSTOOD)
    said = form.cleaned_data
    at = tapped_at(said["ago"], session, now)
    if not session.takes_names(at) or now > session.ends_at + FOR_SO_LONG:
        raise Http404
    do = partial(act, request, session, at, said)
    try:
        last = taps.once(session=session, tap_id=said["tap_id"], do=do)
    except sessions.SessionCancelled:
        return HttpResponse(status=CANCELLED)
    except (taps.Unknown, SentBefore) as unknown:
        raise Http404 from unknown
    return JsonResponse({"last": last})


def tapped_at(ago: str, session: Session, now: datetime) -> datetime:
    """Return when somebody tapped: so many seconds ago, if that was on the day of the session.

    A phone tells how long it has waited, not what its clock says: that clock may be wrong.
    """
    if not (ago.isascii() and ago.isdecimal()):
        return now
    at = now - timedelta(seconds=int(ago[:7]))
    return at if at >= laying_out.midnight(timezone.localdate(session.starts_at)) else now


def act(
    request: PortalRequest, session: Session, at: datetime, said: dict[str, Any]
) -> UUID | None:
    """Do a tap: to somebody within reach, to a guest of this session, or to their number."""
    by, what = request.actor, said["what"]
    if said["guest"]:
        return act_on_guest(session, at, said, by)
    if said["person"]:
        within = Participant.objects.visible_to(by)
        person = get_object_or_404(within, public_id=said["person"])
        noted = Attendance.objects.visible_to(by).noted().filter(session=session)
        return taps.of_person(
            what,
            session=session,
            participant=person,
            noted=noted.filter(participant=person).first(),
            by=by,
            at=at,
        )
    taps.of_session(what, session=session, by=by)
    return None


def act_on_guest(session: Session, at: datetime, said: dict[str, Any], by: Actor) -> UUID:
    """Write a guest down by the name that the phone gave the guest, or do a tap on that row."""
    if said["what"] != taps.Tap.CAME:
        here = Guest.objects.here().filter(session=session).select_related("session")
        guest = get_object_or_404(here, public_id=said["guest"])
        return taps.of_guest(said["what"], guest=guest, by=by, at=at)
    nickname = said["nickname"].strip()
    if not nickname:
        raise taps.Unknown
    new = sessions.add_guest(
        session=session, by=by, now=at, nickname=nickname, submission_id=said["guest"]
    )
    return new.public_id
