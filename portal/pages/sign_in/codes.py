"""Ways in without e-ID and password: a code that is sent, a code that is told, a card.

Each goes on through allauth's `perform_login`, so that its stages and its rules still run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account import views
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.models import Login
from allauth.core import ratelimit
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal import factors, sessions
from portal.models import Purpose, User
from portal.pages.sign_in.entrance import telling
from portal.pages.sign_in.forms import MANY, CardForm, HandedForm
from portal.sign_in import cards, handed

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from portal.forms import Form


@login_not_required
def code_request(request: HttpRequest) -> HttpResponseBase:
    """Send a code; the answer is the same whether the address is known or not."""
    response = telling(views.request_login_code)(request)
    if request.method == "POST":
        request.session[sessions.BORROWED] = "borrowed" in request.POST
    return response


@login_not_required
def code_confirm(request: HttpRequest) -> HttpResponseBase:
    """Take the code; for an address that nobody has, as many questions go to the database."""
    pending = request.session.get(LOGIN_SESSION_KEY)
    if pending and not pending.get("user_pk"):
        User.objects.filter(pk=0).first()
    return telling(views.confirm_login_code)(request)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def handed_code(request: HttpRequest) -> HttpResponse:
    form = HandedForm(request.POST if request.method == "POST" else None)
    if sessions.was_staff(request) or factors.works_here(request.user):
        return render(request, "account/handed_refused.html", status=403)
    if form.is_bound and form.is_valid() and may_try(request, form, "handed_code"):
        user = handed.redeem(form.cleaned_data["code"], Purpose.SIGN_IN)
        if user:
            return let_in(request, user, "handed")
        form.add_error("code", _("That code does not work. Ask your contact for a new one."))
    return shown(request, "account/handed_code.html", form)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def card(request: HttpRequest) -> HttpResponse:
    form = CardForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and may_try(request, form, "card"):
        user = cards.opened_by(**form.cleaned_data)
        if user:
            return let_in(request, user, "card")
        form.add_error("pin", _("Card and PIN did not match. Try again, or call us."))
    return shown(request, "account/card.html", form)


@require_POST
def card_stop(request: HttpRequest) -> HttpResponse:
    """Stop one's own card, and every session with it."""
    if request.user.is_authenticated:
        cards.revoke(request.user)
    return redirect("account_login")


def may_try(request: HttpRequest, form: Form, action: str) -> bool:
    """Count a try, in PostgreSQL and whatever becomes of it; say so when there were too many."""
    allowed = bool(ratelimit.consume(request, action=action))
    if not allowed:
        form.add_error(None, MANY)
    return allowed


def let_in(request: HttpRequest, user: User, method: str) -> HttpResponse:
    """Sign in somebody new in this browser: whoever was signed in before is out."""
    logout(request)
    record_authentication(request, user, method)
    response: HttpResponse = perform_login(request, Login(user=user))
    return response


def shown(request: HttpRequest, template: str, form: Form) -> HttpResponse:
    return render(request, template, {"form": form}, status=422 if form.errors else 200)
