"""A printed card: 160 random bits that no page, log or address ever holds, and a PIN.

The bits stand after # in the address on the card, which browsers keep to themselves, and come in
by POST. Who has found a card has five tries at its PIN, from however many browsers.
"""

from __future__ import annotations

import secrets
from base64 import b32decode, b32encode
from binascii import Error as NotBase32
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.contrib.auth.hashers import check_password, make_password
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from portal import sessions
from portal.models import Card, User

if TYPE_CHECKING:
    from datetime import datetime

    from portal.models import Membership

BITS = 160
TRIES = 5
LASTS = relativedelta(months=12)

# Counted before the PIN is looked at: many tries at once are no more than five.
TRY = """
UPDATE portal_card SET wrong = wrong + 1
WHERE secret = %s AND wrong < %s AND revoked_at IS NULL AND expires_at > now()
RETURNING id, user_id, pin
"""


@transaction.atomic
def issue(*, user: User, membership: Membership, pin: str) -> str:
    """Return the secret of a new card, to be printed once; the card before it stops working."""
    revoke(user)
    secret = secrets.token_bytes(BITS // 8)
    Card.objects.create(
        user=user,
        membership=membership,
        secret=sha256(secret).digest(),
        pin=make_password(pin),
        expires_at=timezone.now() + LASTS,
    )
    return b32encode(secret).decode()


def revoke(user: User) -> None:
    """End an account's card, and every session: one of them may have begun with the card."""
    if Card.objects.filter(user=user, revoked_at=None).update(revoked_at=Now()):
        sessions.end_all(user)


def reopen(user: User) -> None:
    """Let a frozen card be used again: a guide has the person before them."""
    Card.objects.filter(user=user, revoked_at=None).update(wrong=0)


def of(user: User, at: datetime) -> Card | None:
    """Return the card that an account has now, frozen or not."""
    return Card.objects.in_force(at).filter(user=user).first()


def is_frozen(card: Card) -> bool:
    return card.wrong >= TRIES


def opened_by(secret: str, pin: str) -> User | None:
    """Return whose card it is when the PIN is right; None however it fails, in the same time."""
    with connection.cursor() as cursor:
        cursor.execute(TRY, [_hashed(secret), TRIES])
        found = cursor.fetchone()
    card_id, user_id, known = found or (0, 0, _nobodys())
    if not check_password(pin, known) or not found:
        return None
    Card.objects.filter(pk=card_id).update(wrong=0, used_at=Now())
    return User.objects.filter(pk=user_id, is_active=True).first()


def _hashed(secret: str) -> bytes:
    """Return the hash of what was typed or scanned; what cannot be a secret hashes to nobody's."""
    compact = "".join(secret.split()).replace("-", "").upper()
    try:
        return sha256(b32decode(compact)).digest()
    except (NotBase32, ValueError):
        return sha256(compact.encode()).digest()


@cache
def _nobodys() -> str:
    """Return the hash of a PIN that nobody has, so that an unknown card takes as long."""
    return make_password(secrets.token_hex(16))
