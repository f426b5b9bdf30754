"""To whom a new e-ID or work account may be tied: somebody who has just shown that they may.

An address proves nothing, and nobody is made up from what a provider says. The door stays open
for ten minutes, in one browser, for one account: after a code that a guide has read out, or after
an administrator's invitation.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from portal.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest

DOOR = "link_to"  # the session's key
OPEN_FOR = 600  # seconds


def expect(request: HttpRequest, *, user: User, provider: str) -> None:
    """Let whoever sits here tie their account at a provider to this one, next and once."""
    request.session[DOOR] = {"user": user.pk, "provider": provider, "at": int(time.time())}


def expected(request: HttpRequest, provider: str) -> User | None:
    """Return whom a new account at the provider may be tied to; the door closes behind it."""
    door = request.session.pop(DOOR, None)
    if not door or door["provider"] != provider or time.time() - door["at"] > OPEN_FOR:
        return None
    return User.objects.filter(pk=door["user"], is_active=True).first()
