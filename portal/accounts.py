"""How allauth meets our accounts: nobody signs up by themselves, staff hand out accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter

if TYPE_CHECKING:
    from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Close sign-up: an account begins with a guide or an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
