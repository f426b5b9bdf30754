"""What a person has in front of them on *Idag*: suggestions, what has been asked, and company.

It comes with the person's own row, as one question: the page has a budget, and most have neither.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject
from django.utils import timezone

from activities.models import CompanyWish, Entry, Referral, Suggestion
from portal.models import User

if TYPE_CHECKING:
    from activities.models import ReferralState
    from participants.models import Participant
    from portal.actor import Actor

NEWS = timedelta(days=14)  # so long one reads how it went
MOST, MOST_WISHES = 10, 50
OF_ENTRY = ("kind", "slug", "name", "summary")


def beside(actor: Actor) -> dict[str, ArraySubquery]:
    """Return what to fetch beside a person: as the actor may see it, and never more."""
    entry = {f"entry_{name}": F(f"entry__{name}") for name in OF_ENTRY}
    waiting = Suggestion.objects.visible_to(actor).open().filter(participant=OuterRef("pk"))
    asked = Referral.objects.visible_to(actor).filter(
        participant=OuterRef("pk"),
        taken_back_at=None,
        expires_on__gte=timezone.localdate() - NEWS,
    )
    company = CompanyWish.objects.visible_to(actor).standing().filter(participant=OuterRef("pk"))
    wish = JSONObject(
        **{name: F(name) for name in ("session_id", "kind", "answer")},
        first_name=F("membership__user__first_name"),
    )
    suggestion = JSONObject(public_id="public_id", by="author__first_name", **entry)
    told = ("expires_on", "answer", "reason", "first_name", "told")
    referral = JSONObject(**{name: F(name) for name in told}, **entry)
    return {
        "suggested": ArraySubquery(
            waiting.order_by("created_at", "pk").values(put=suggestion)[:MOST]
        ),
        "asked_for": ArraySubquery(asked.order_by("expires_on", "pk").values(put=referral)[:MOST]),
        "company": ArraySubquery(company.order_by("pk").values(put=wish)[:MOST_WISHES]),
    }


def suggestions(person: Participant) -> list[Suggestion]:
    """Return what waits for the person's yes or not now, the first first."""
    found: list[dict[str, Any]] = (
        getattr(person, "suggested", None) or []
    )  # none in the limited view
    return [
        Suggestion(
            public_id=one["public_id"],
            entry=_entry(one),
            author=User(first_name=one["by"] or ""),
        )
        for one in found
    ]


def referrals(person: Participant, today: date) -> list[tuple[Referral, ReferralState]]:
    """Return what has been asked for the person, with where it is."""
    found: list[dict[str, Any]] = getattr(person, "asked_for", None) or []
    made = [
        Referral(
            entry=_entry(one),
            expires_on=date.fromisoformat(one["expires_on"]),
            **{name: one[name] for name in ("answer", "reason", "first_name", "told")},
        )
        for one in found
    ]
    return [(one, one.state(today)) for one in made]


def company(person: Participant) -> dict[int, CompanyWish]:
    """Return the person's wishes for company by session, with who comes along."""
    found: list[dict[str, Any]] = getattr(person, "company", None) or []
    wishes = [CompanyWish(**{**one, "first_name": one["first_name"] or ""}) for one in found]
    return {one.session_id: one for one in wishes}


def _entry(one: dict[str, Any]) -> Entry:
    return Entry(**{name: one[f"entry_{name}"] for name in OF_ENTRY})
