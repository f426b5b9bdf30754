"""Who acts now: user, membership and purpose, settled once per request or task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.permissions import GRANTS, LIMITED, Assurance, Permission, Role

if TYPE_CHECKING:
    from portal.models import Membership, User


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for which organisation and why."""

    user: User | None  # None: a visitor, or system work (so `author` may be null)
    membership: Membership | None = None  # None: a participant, acting for themself
    purpose: str = ""  # in words the person may read; ends up in the audit log
    assurance: Assurance = Assurance.FULL  # the middleware asks the session

    @property
    def is_limited(self) -> bool:
        """Whether this is somebody whom a code or a card has let in: times, contact, sign-ups."""
        return self.assurance < Assurance.FULL

    @property
    def role(self) -> Role:
        """The role of the membership; without one, the person acts for themself."""
        return Role(self.membership.role) if self.membership else Role.PARTICIPANT

    @property
    def user_id(self) -> int:
        """The account, or 0 for nobody: no row of `Access` has user 0."""
        return self.user.pk if self.user else 0

    @property
    def membership_id(self) -> int:
        """The membership, or 0 for a person who acts for themself, as `Access` writes it."""
        return self.membership.pk if self.membership else 0

    @property
    def organisation_id(self) -> int | None:
        """The organisation that answers by law for what the actor writes."""
        return self.membership.unit.owner_id if self.membership else None

    def has_perm(self, permission: str) -> bool:
        """Answer from GRANTS alone: superusers get no way around it, unknown names raise."""
        granted = Permission(permission) in GRANTS.get(self.role, set())
        if self.is_limited:
            granted = granted and permission in LIMITED
        return granted and self.user is not None and self.user.is_active

    def has_module_perms(self, app_label: str) -> bool:
        """Satisfy Django's `perms` wrapper, which asks for the app before the act."""
        return any(name.startswith(f"{app_label}.") for name in GRANTS.get(self.role, set()))


NOBODY = Actor(user=None)  # sees no rows, may do nothing, and costs no query


def system(purpose: str) -> Actor:
    """Return the actor of background work, which has no user and a written purpose."""
    return Actor(user=None, purpose=purpose)
