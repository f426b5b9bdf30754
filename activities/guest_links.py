"""The links of those who come without an account: their own, and the one that invites them.

Both are signed numbers. Nothing is stored that opens them, and none opens more than it says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from activities.models import GuestSignUp, Invitation

if TYPE_CHECKING:
    from activities.models.events import GuestSignUpQuerySet

OWN = Signer(salt="activities.guest_links.own")
INVITES = Signer(salt="activities.guest_links.invites")


def own_link(sign_up_id: int) -> str:
    """Return the whole address at which somebody changes a sign-up of theirs, or takes it back."""
    page = reverse("activities:guest_sign_up", args=[OWN.sign(str(sign_up_id))])
    return f"{settings.PORTAL_URL}{page}"


def today_link() -> str:
    """Return the whole address of what is open today, for who has nothing to sign in with."""
    return f"{settings.PORTAL_URL}{reverse('activities:today')}"


def signed_up_by(key: str) -> GuestSignUpQuerySet:
    """Return the sign-up that a link is for, until it is forgotten; to be read as the system."""
    return GuestSignUp.objects.remembered().filter(pk=_number(OWN, key))


def invitation_key(invitation: Invitation) -> str:
    return INVITES.sign(str(invitation.pk))


def invited_by(key: str) -> Invitation | None:
    """Return the invitation that an address opens, while it works."""
    working = Invitation.objects.working().select_related("activity")
    return working.filter(pk=_number(INVITES, key)).first()


def _number(signer: Signer, key: str) -> int:
    """Return what a key says; a forged one says nothing, and nothing has the number 0."""
    try:
        return int(signer.unsign(key))
    except (BadSignature, ValueError):
        return 0
