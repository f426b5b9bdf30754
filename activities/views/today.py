"""*Idag*: the board for everybody, and with a person's own week beside it for the person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from activities import before_them, board, week
from activities.cards import card
from activities.models import MandatedRelease
from participants.models import Participant
from portal import audit, sessions
from portal.http import page_of
from portal.models import AuditAct, InfoType
from portal.permissions import Permission

if TYPE_CHECKING:
    from activities.week import Week
    from portal.http import PortalRequest

FARTHEST = 100  # pages
MANAGES = {"lugnt": _("A little"), "lagom": _("Just enough"), "mycket": _("A lot")}
KEPT = 30  # seconds; the minute in the key sees to it that the clock on the page is right


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; anything unknown asks for nothing."""

    manages: str = ""
    evening_only: bool = False
    whole: board.Part | None = None
    page: int = 1

    def link(self, **changes: Any) -> str:
        """Return the address of the board with something changed: nothing else may follow along."""
        asked = replace(self, **{"page": 1, **changes})
        words = {
            "tempo": asked.manages,
            "nar": "kvall" if asked.evening_only else "",
            "visa": asked.whole.word if asked.whole else "",
            "sida": asked.page if asked.page > 1 else "",
        }
        chosen = urlencode({name: word for name, word in words.items() if word})
        return f"{reverse('activities:today')}{f'?{chosen}' if chosen else ''}"

    @classmethod
    def by(cls, request: PortalRequest) -> Asked:
        manages = request.GET.get("tempo", "")
        return cls(
            manages=manages if manages in board.MANAGES else "",
            evening_only=request.GET.get("nar") == "kvall",
            whole=board.WORDS.get(request.GET.get("visa", "")),
            page=page_of(request, FARTHEST),
        )


@login_not_required
@require_safe
def today(request: PortalRequest) -> HttpResponse:
    asked, now = Asked.by(request), timezone.now()
    person = myself(request)
    if person:
        return personal(request, person, asked, now)
    if request.user.is_authenticated or request.COOKIES.keys() - {settings.CSRF_COOKIE_NAME}:
        return render(request, "activities/today.html", drawn(asked, now))
    return public(request, asked, now)


def public(request: PortalRequest, asked: Asked, now: datetime) -> HttpResponse:
    """Answer a visitor from the cache: the page is the same for everybody who has no cookie."""
    key = f"{asked.link(page=asked.page)}@{now:%Y-%m-%dT%H:%M}"
    content = caches["pages"].get(key)
    if content is None:
        content = render(request, "activities/today.html", drawn(asked, now)).content
        caches["pages"].set(key, content, KEPT)
    response = HttpResponse(content)
    patch_cache_control(response, public=True, max_age=0, s_maxage=KEPT)
    return response


def personal(
    request: PortalRequest, person: Participant, asked: Asked, now: datetime
) -> HttpResponse:
    own = week.of(person, actor=request.actor, now=now)
    audit.record(
        AuditAct.VIEW,
        "today",
        by=request.actor,
        participants=[person.pk],
        subject_id=person.pk,
        info_types=[InfoType.ACTIVITY, InfoType.PLAN],
    )
    context = drawn(asked, now, own)
    context |= {
        "person": person,
        "keeps_offline": not is_borrowed(request),
        "week": own,
        "days": own.days(context["today"]),
        "soon": own.soon(now),
        "cancelled": own.cancelled(now),
        "moved": own.moved(now),
        "offers": own.offers(),
        "to_read": to_read(person),
        "suggestions": before_them.suggestions(person),
        "referrals": before_them.referrals(person, context["today"]),
    }
    return render(request, "activities/today.html", context)


def is_borrowed(request: PortalRequest) -> bool:
    """Whether this is somebody else's telephone, on which nothing shall stay."""
    stamp = sessions.Stamp.of(request.session)
    return stamp is not None and stamp.borrowed


def to_read(person: Participant) -> dict[str, Any] | None:
    """Return what is about to be sent across the wall, which came with the person's own row."""
    found: dict[str, Any] | None = getattr(person, "to_read", None)
    return found and {**found, "opens_at": datetime.fromisoformat(found["opens_at"])}


def myself(request: PortalRequest) -> Participant | None:
    """Return the participant who is signed in; staff and visitors read the public board."""
    if not request.actor.has_perm(Permission.SIGN_UP):
        return None
    within = Participant.objects.visible_to(request.actor).only("first_name", "protection")
    waiting = MandatedRelease.objects.to_read().filter(participant=OuterRef("pk"))
    told = JSONObject(public_id="public_id", opens_at="opens_at", receiver="receiver__name")
    within = within.annotate(to_read=Subquery(waiting.values(told=told)[:1]))
    within = within.annotate(**before_them.beside(request.actor))
    return within.filter(user=request.actor.user).first()


def drawn(asked: Asked, now: datetime, own: Week | None = None) -> dict[str, Any]:
    """Return the board as the template draws it."""
    sections, pages = shown(asked, now)
    all_closed = not asked.whole and all(one.part != board.Part.OPEN for one in sections)
    return {
        "keeps_offline": True,
        "asked": asked,
        "here": asked.link(page=asked.page),
        "now": now,
        "today": timezone.localdate(now),
        "tempos": [
            {
                "label": label,
                "href": asked.link(manages=word, whole=None),
                "current": word == asked.manages,
            }
            for word, label in MANAGES.items()
        ],
        "evening": asked.link(evening_only=True, whole=None),
        "sections": [
            {
                "section": section,
                "cards": [card(one, now=now, week=own) for one in section.sessions],
                "href": asked.link(whole=section.part),
            }
            for section in sections
        ],
        "all_closed": all_closed,
        "next_opening": board.next_opening(now) if all_closed else None,
        **pages,
    }


def shown(asked: Asked, now: datetime) -> tuple[list[board.Section], dict[str, Any]]:
    """Return the parts of the board with three sessions each, or a page of a whole part."""
    if asked.whole is None:
        return board.today(now, manages=asked.manages, evening_only=asked.evening_only), {}
    section, number = board.whole(now, asked.whole, manages=asked.manages, page=asked.page)
    of = max(ceil(section.total / board.PAGE), 1)
    pages = {
        "page": {"number": number, "of": of},
        "earlier": number > 1 and asked.link(page=number - 1),
        "later": number < of and asked.link(page=number + 1),
    }
    return [section], pages
