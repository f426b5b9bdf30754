"""Fetch who is signed in together with what they work as: one question of every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import FilteredRelation

from portal.models import Membership, User
from portal.models.organisations import in_force

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """allauth's, with the current memberships fetched beside the account."""

    def get_user(self, user_id: int) -> User | None:
        """Return the account if it is active, as Django's own does."""
        held = FilteredRelation("memberships", condition=in_force("memberships__"))
        rows = list(
            User.objects.filter(pk=user_id, is_active=True)
            .annotate(held=held)
            .select_related("held__unit")  # type: ignore[misc]  # the relation just filtered
            .order_by("held__pk")
        )
        if not rows:
            return None
        user = rows[0]
        user.works_as = [one.held for one in rows if hasattr(one, "held")]  # type: ignore[attr-defined]
        return user


def current_memberships(user: User | AnonymousUser) -> list[Membership]:
    """Return what somebody works as at this moment: fetched with the account, or now."""
    if not hasattr(user, "works_as"):  # signed in during this very request
        return list(Membership.objects.current().filter(user=user.pk))
    held: list[Membership] = user.works_as
    return held
