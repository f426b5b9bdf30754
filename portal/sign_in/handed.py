"""A code of eight characters that a guide reads out: ten minutes, once, for one account.

It is bound to the person, to the guide (who must still work here) and to what it is for.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models.functions import Now
from django.utils.crypto import get_random_string

from portal import crypto
from portal.models import HandedCode, Membership, User

if TYPE_CHECKING:
    from portal.models import Purpose

READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike
LENGTH = 8
LASTS = timedelta(minutes=10)


def issue(*, user: User, membership: Membership, purpose: Purpose) -> str:
    """Return a code, to be read out now; one that was given before stops working."""
    HandedCode.objects.filter(user=user, used_at=None, expires_at__gt=Now()).update(
        expires_at=Now()
    )
    code = get_random_string(LENGTH, READABLE)
    HandedCode.objects.create(
        user=user,
        membership=membership,
        purpose=purpose,
        look_up=crypto.look_up(code)[0],
        expires_at=Now() + LASTS,
    )
    return code


def redeem(code: str, purpose: Purpose) -> User | None:
    """Use a code up; return whose it was, or None however it fails.

    No join in the update: Django would put it, with `used_at`, into a subquery, which PostgreSQL
    does not ask anew when another browser has just used the code, and two would get in.
    """
    wanted = crypto.look_up("".join(code.split()).replace("-", "").lower())
    current = Membership.objects.current()
    found = HandedCode.objects.filter(
        look_up__in=wanted,
        purpose=purpose,
        used_at=None,
        expires_at__gt=Now(),
        membership__in=current.values("pk"),
        user__in=User.objects.filter(is_active=True).values("pk"),
    )
    if not found.update(used_at=Now()):
        return None
    return User.objects.filter(handed_codes__look_up__in=wanted).first()
