"""Let in by password, and fetch who is signed in together with what they work as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import FilteredRelation

from portal.models import Membership, User
from portal.models.organisations import in_force

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """allauth's, with the current memberships fetched beside the account.

    It asks a password once of an account. allauth looks for whoever writes an e-mail address by
    address, by user name and by address again: a known one took twice as long as an unknown one.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        self._asked: set[int] = set()
        return super().authenticate(request, **credentials)  # type: ignore[no-any-return]

    def _check_password(self, user: User | None, password: str) -> User | None:
        if user is None or user.pk in self._asked:
            return None
        self._asked.add(user.pk)
        return super()._check_password(user, password)  # type: ignore[no-any-return]

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
