"""What only the demonstration shows."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.db.models import Prefetch

from portal.invented import ACCOUNTS
from portal.models import Membership, User
from portal.permissions import Role

register = template.Library()


@register.simple_tag
def demo_accounts() -> list[dict[str, object]]:
    """List the invented accounts that one click signs in as; none outside the demonstration."""
    if not settings.PORTAL_DEMO:
        return []
    current = Prefetch("memberships", Membership.objects.current())
    people = User.objects.filter(email__in=ACCOUNTS).prefetch_related(current)
    found = {person.email: person for person in people}
    return [
        {"email": email, "name": found[email].name, "role": role_of(found[email])}
        for email in ACCOUNTS
        if email in found
    ]


def role_of(user: User) -> object:
    """Say what the account does, such as "guide, Guiderna"."""
    membership = next(iter(user.memberships.all()), None)
    return membership or Role.PARTICIPANT.label
