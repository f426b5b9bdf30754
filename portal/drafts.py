"""Typed text survives: kept encrypted for 24 hours, given back to the same user only.

A form that may take a while carries a signed ticket that names its user and its page. With it the
text is kept as the person types, and also when the form comes in after the session has ended.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from django.core import signing
from django.utils import timezone

from portal import crypto
from portal.models import Draft, User

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

    from portal.actor import Actor

TICKET = "draft_ticket"  # the hidden field
KEPT = timedelta(hours=24)
LONGEST = 50_000  # characters of all fields together; more is not a form of ours
# The name of a sending is no text: given back, it would say that new words are saved already.
NEVER_KEPT = {"csrfmiddlewaretoken", TICKET, "submission_id"}


def ticket(actor: Actor, path: str) -> str:
    """Return the signed name of a form: whose it is, and where it stands."""
    return signing.dumps([actor.user_id, path], salt=TICKET)


def keep(fields: QueryDict) -> str | None:
    """Keep what was typed in a form with a valid ticket; return its page, or None."""
    known = opened(fields.get(TICKET, ""))
    if known is None:
        return None
    user_id, path = known
    held = {name: fields.getlist(name) for name in fields if name not in NEVER_KEPT}
    typed = json.dumps(held, ensure_ascii=False)
    if len(typed) > LONGEST or not User.objects.filter(pk=user_id, is_active=True).exists():
        return None
    Draft.objects.update_or_create(
        user_id=user_id, path=path, defaults={"sealed": crypto.seal(typed, context=f"{user_id}")}
    )
    return path


def opened(sealed: str) -> tuple[int, str] | None:
    """Return whose form a ticket names, and where it stands; None if it is not ours, or old."""
    try:
        user_id, path = signing.loads(sealed, salt=TICKET, max_age=KEPT)
    except signing.BadSignature:
        return None
    return int(user_id), str(path)


def typed(actor: Actor, path: str) -> dict[str, list[str]]:
    """Return what this user typed here in the last 24 hours, by field; empty if nothing."""
    since = timezone.now() - KEPT
    draft = Draft.objects.filter(user_id=actor.user_id, path=path, saved_at__gt=since).first()
    if draft is None:
        return {}
    try:
        fields: dict[str, list[str]] = json.loads(
            crypto.unseal(bytes(draft.sealed), context=f"{actor.user_id}")
        )
    except (InvalidTag, KeyError):  # sealed with a key that is no longer here
        return {}
    return {name: values for name, values in fields.items() if name not in NEVER_KEPT}


def drop(actor: Actor, fields: QueryDict) -> str | None:
    """Throw away what this user typed in the form of the ticket; return its page, or None."""
    known = opened(fields.get(TICKET, ""))
    if known is None or known[0] != actor.user_id:
        return None
    Draft.objects.filter(user_id=actor.user_id, path=known[1]).delete()
    return known[1]


def discard(request: HttpRequest, actor: Actor) -> None:
    """Forget the draft of this page: what was typed is saved now."""
    Draft.objects.filter(user_id=actor.user_id, path=request.path).delete()


def purge() -> int:
    """Delete the drafts that nobody came back for; return how many."""
    deleted, _ = Draft.objects.filter(saved_at__lte=timezone.now() - KEPT).delete()
    return deleted
