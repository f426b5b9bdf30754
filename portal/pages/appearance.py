"""How this browser shows the portal: kept in the browser, since it says nothing about anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from portal.forms import Form
from portal.templatetags.frame import (
    LANGUAGES,
    TEXT_COOKIE,
    THEME_COOKIE,
    language_of,
    text_size,
    theme_of,
)

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

COOKIES = {
    settings.LANGUAGE_COOKIE_NAME: "language",
    THEME_COOKIE: "theme",
    TEXT_COOKIE: "text",
}
A_YEAR = 365 * 24 * 3600


class AppearanceForm(Form):
    """In which language, light or dark, and how large."""

    language = forms.ChoiceField(
        label="Språk / Language", choices=list(LANGUAGES.items()), widget=forms.RadioSelect
    )

    theme = forms.ChoiceField(
        label=_("Light or dark?"),
        choices=[
            ("light", pgettext_lazy("colours", "Light")),
            ("dark", pgettext_lazy("colours", "Dark")),
            ("system", _("As the phone")),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.ChoiceField(
        label=_("How large shall the text be?"),
        choices=[("usual", _("As usual")), ("larger", _("Larger"))],
        widget=forms.RadioSelect,
    )


@login_not_required
@require_http_methods(["GET", "POST"])
def appearance(request: HttpRequest) -> HttpResponse:
    now = {
        "language": language_of(request),
        "theme": theme_of(request),
        "text": text_size(request) or "usual",
    }
    form = AppearanceForm(request.POST if request.method == "POST" else None, initial=now)
    if not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "about/appearance.html", {"form": form}, status=status)
    with translation.override(form.cleaned_data["language"]):
        messages.success(request, gettext("Done. You can change back whenever you like."))
    response = redirect("more")
    for cookie, field in COOKIES.items():
        response.set_cookie(
            cookie,
            form.cleaned_data[field],
            max_age=A_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
