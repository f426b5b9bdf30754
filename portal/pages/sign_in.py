"""The pages of allauth that the portal offers; what else it has is not reachable."""

from __future__ import annotations

from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING

from allauth.account import views
from django.urls import path, re_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


def telling(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer 422 to a form that was refused, as every page of ours does; allauth says 200."""

    @wraps(view)
    def answer(request: HttpRequest, **captures: str) -> HttpResponseBase:
        response = view(request, **captures)
        if request.method == "POST" and response.status_code == HTTPStatus.OK:
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response

    return answer


def leaving(request: HttpRequest) -> HttpResponseBase:
    """Sign out, and ask the browser to forget the pages it has kept: phones are shared."""
    response: HttpResponseBase = views.logout(request)
    if request.method == "POST":
        response.headers["Clear-Site-Data"] = '"cache"'
    return response


# allauth looks its pages up by these names
urlpatterns = [
    path("login/", telling(views.login), name="account_login"),
    path("logout/", leaving, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),  # says that staff hand out accounts
    path("password/change/", telling(views.password_change), name="account_change_password"),
    path("password/reset/", telling(views.password_reset), name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        telling(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
