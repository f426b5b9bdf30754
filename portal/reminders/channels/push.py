"""A sign in the browser (RFC 8030), signed with our own key (VAPID, RFC 8292), without a word.

There is nothing in it to encrypt: the worker in the browser writes "Du har något nytt". Class
*replace*: a later sign takes the place of an earlier one, so an unknown outcome is sent again.
"""

from __future__ import annotations

import base64
import re
import time
from datetime import UTC, datetime
from email.utils import parseaddr
from functools import cache
from typing import TYPE_CHECKING

import httpx
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid02

from portal.models import PushSubscription
from portal.reminders.channels import Outcome, wire
from portal.reminders.models import Line

if TYPE_CHECKING:
    from collections.abc import Collection

    from portal.reminders.channels import Letter

TOPIC = "nytt"  # the service keeps one of these for a browser that is asleep
LASTS = 12 * 3600  # seconds that our signature holds; services refuse more than a day
TOO_MANY, TROUBLE = 429, 500
GONE = {404, 410}
# Letters, figures and dots alone, and words of a length that exists: two readers of an address then
# mean the same host, and each of them can call it.
WORD = r"[a-z0-9-]{1,63}"
ORIGIN = re.compile(rf"(?P<origin>(?P<scheme>https?)://{WORD}(?:\.{WORD})*(?::[0-9]+)?)/[!-~]*\Z")


def is_open() -> bool:
    """Answer whether there is a key to sign with; without one nobody is offered a sign."""
    return bool(settings.PUSH_KEY)


def public_key() -> str:
    """Return our public key as a browser asks for it: a point of P-256 in base64url."""
    point = _signer(settings.PUSH_KEY).public_key.public_bytes(
        Encoding.X962, PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def is_known_service(endpoint: str) -> bool:
    """Answer whether an address belongs to one of the browsers' services: no other is called."""
    found = ORIGIN.match(endpoint)
    if found is None:
        return False
    here, scheme = found["origin"], found["scheme"]
    return any(
        here == one or (one.startswith(f"{scheme}://*.") and here.endswith(one.partition("*")[2]))
        for one in settings.PUSH_SERVICES
    )


def endpoints(user_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the addresses of these accounts' browsers, in one query."""
    found: dict[int, tuple[str, ...]] = {}
    if not is_open():
        return found
    rows = PushSubscription.objects.filter(user__in=user_ids, user__is_active=True)
    for user_id, endpoint in rows.order_by("pk").values_list("user_id", "endpoint"):
        found[user_id] = (*found.get(user_id, ()), endpoint)
    return found


def forget(gone: Collection[str]) -> None:
    """Delete browsers that want no more signs."""
    PushSubscription.objects.filter(endpoint__in=gone).delete()


def send(letter: Letter) -> Outcome:
    """Send a sign to each browser of the recipient; always an answer, never an exception."""
    until = time.monotonic() + settings.REMINDER_CALL
    lines: dict[Line, str] = {}
    gone = []
    for endpoint in letter.address.push:
        if time.monotonic() > until:
            lines[Line.TRANSIENT] = "no time left"
            break
        status = _post(endpoint, letter, until)
        if status in {str(one) for one in GONE}:
            gone.append(endpoint)
        lines.setdefault(_line(status), status)
    # whoever has seen it in one browser need not be told again for the sake of another
    for best in (Line.ACCEPTED, Line.TRANSIENT, Line.PERMANENT):
        if best in lines:
            return Outcome(best, lines[best], gone=tuple(gone))
    return Outcome(Line.PERMANENT, "no browser")


def _post(endpoint: str, letter: Letter, until: float) -> str:
    """Return the status of the answer, or the name of our error."""
    found = ORIGIN.match(endpoint)
    if found is None or not is_known_service(endpoint):
        return "unknown service"
    _name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    signed = _signer(settings.PUSH_KEY).sign(
        {
            "sub": f"mailto:{sender}",
            "aud": found["origin"],
            "exp": int(time.time()) + LASTS,
        }
    )
    left = (letter.not_after - datetime.now(UTC)).total_seconds()
    told = {**signed, "TTL": str(max(0, int(left))), "Topic": TOPIC, "Urgency": "normal"}
    try:
        return str(wire.call("POST", endpoint, headers=told, until=until).status)
    except (wire.NotSent, wire.NoAnswer) as error:
        return str(error)


def _line(status: str) -> Line:
    """Read a status: their trouble passes, and so does no answer, since a sign is replaced."""
    if not status.isdecimal():
        return Line.PERMANENT if status == "unknown service" else Line.TRANSIENT
    number = int(status)
    if httpx.codes.is_success(number):
        return Line.ACCEPTED
    return Line.TRANSIENT if number == TOO_MANY or number >= TROUBLE else Line.PERMANENT


@cache
def _signer(key: str) -> Vapid02:
    return Vapid02.from_raw(key.encode())
