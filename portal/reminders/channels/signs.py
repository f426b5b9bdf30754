"""The addresses that a gateway posts to. Each carries a sign that only we can have made.

Thirty-two letters of base32, as our log filters know: a line in a log never holds a working one.
"""

from __future__ import annotations

import hmac
from base64 import b32encode
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from portal import crypto

if TYPE_CHECKING:
    from uuid import UUID

BYTES = 20
SALT = "portal.reminders.signs"  # wherever this stands: gateways have addresses made with it


def receipt_address(gateway: str, public_id: UUID, token: UUID | None) -> str:
    """Return where the receipts of one attempt go; "" for what is no attempt."""
    if token is None:
        return ""
    sign = _sign(_attempt(gateway, public_id, token), settings.SECRET_KEY)
    return settings.PORTAL_URL + reverse("sms_receipt", args=[gateway, public_id, token, sign])


def reply_address(gateway: str) -> str:
    """Return where what people answer goes; it is written down once at the gateway."""
    sign = _sign(f"reply {gateway}", settings.SECRET_KEY)
    return settings.PORTAL_URL + reverse("sms_reply", args=[gateway, sign])


def is_receipt(gateway: str, public_id: UUID, token: UUID, sign: str) -> bool:
    return _is_ours(_attempt(gateway, public_id, token), sign)


def is_reply(gateway: str, sign: str) -> bool:
    return _is_ours(f"reply {gateway}", sign)


def number(phone: str) -> str:
    """Return what a number is kept as in the outbox: never the number itself."""
    return numbers(phone)[0] if phone else ""


def numbers(phone: str) -> list[str]:
    """Return what a number may be kept as, the current key's first."""
    return [one.hex() for one in crypto.look_up(f"phone {phone}")]


def _attempt(gateway: str, public_id: UUID, token: UUID) -> str:
    return f"receipt {gateway} {public_id} {token}"


def _is_ours(text: str, sign: str) -> bool:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(hmac.compare_digest(_sign(text, key).encode(), sign.encode()) for key in keys)


def _sign(text: str, key: str) -> str:
    made = salted_hmac(SALT, text, secret=key, algorithm="sha256")
    return b32encode(made.digest()[:BYTES]).decode().lower()
