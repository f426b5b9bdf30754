"""What every page of a person knows: who the one contact is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.functional import SimpleLazyObject

from participants.models import MainContact
from portal.context import act_as
from portal.middleware import SIGN_IN

if TYPE_CHECKING:
    from django.http import HttpRequest

    from portal.actor import Actor

# All that a page says of a colleague.
SHOWN = (
    "membership__role",
    "membership__unit__name",
    "membership__user__first_name",
    "membership__user__last_name",
    "membership__user__hours",
    "membership__user__phone",
    "membership__user__email",
)


def own_contact(request: HttpRequest) -> dict[str, Any]:
    """Let a page name the person's contact: asked when it does, once, and never for staff."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.user is None or actor.membership:
        return {}
    if request.path.startswith(SIGN_IN):  # outside the page's transaction
        return {"own_contact": SimpleLazyObject(lambda: in_short(actor))}
    return {"own_contact": SimpleLazyObject(lambda: contact_of(actor))}


def in_short(actor: Actor) -> MainContact | None:
    """Ask in a transaction of its own."""
    with transaction.atomic():
        act_as(actor)
        return contact_of(actor)


def contact_of(actor: Actor) -> MainContact | None:
    """Return the one contact of the person who acts, or the last one when the work has ended."""
    held = MainContact.objects.filter(
        Q(ended_at=None) | Q(participant__closed_at__isnull=False, membership__ended_at=None),
        participant__user=actor.user_id,
    ).order_by(F("ended_at").desc(nulls_first=True), "-pk")
    return held.select_related("membership__user", "membership__unit").only(*SHOWN).first()
