"""The demonstration's own pages: sign in by one click, and read the mail that was sent.

Their URLs exist only when PORTAL_DEMO is set (portal/urls.py).
"""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.invented import ACCOUNTS
from portal.models import User

if TYPE_CHECKING:
    from email.message import EmailMessage

    from django.http import HttpRequest, HttpResponse

SHOWN = 50  # the newest letters


@login_not_required
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    email = request.POST.get("account", "")
    user = get_object_or_404(User, email=email if email in ACCOUNTS else "", is_active=True)
    record_authentication(request, user, "demo")
    answer: HttpResponse = perform_login(request, user, email_verification="none")
    return answer if answer.status_code != 200 else redirect("start")  # noqa: PLR2004


@login_not_required
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    return render(request, "demo/mail.html", {"letters": letters()})


def letters() -> list[dict[str, str]]:
    """Read the newest letters that the local mail server has caught."""
    if not settings.PORTAL_DEMO_MAIL:
        return []
    newest = sorted(Path(settings.PORTAL_DEMO_MAIL).glob("*.eml"), reverse=True)[:SHOWN]
    return [shown(message_from_bytes(path.read_bytes(), policy=policy.default)) for path in newest]


def shown(message: EmailMessage) -> dict[str, str]:
    """Return what the page says of a letter."""
    body = message.get_body(("plain",))
    return {
        "to": str(message["X-Envelope-To"] or message["To"]),
        "subject": str(message["Subject"]),
        "date": str(message["Date"]),
        "text": body.get_content() if body else "",
    }
