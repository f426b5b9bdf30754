"""A sign on the phone: switched on and off in the browser that shall show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.forms import Form
from portal.models import PushSubscription
from portal.reminders.channels import push as channel
from portal.sessions import Stamp

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from portal.http import PortalRequest
    from portal.models import User

MOST = 5  # browsers of one account; the oldest gives way


class PushForm(Form):
    """The address that the browser was given by its own service; written by the page's script."""

    endpoint = forms.CharField(max_length=1000, widget=forms.HiddenInput)

    def clean_endpoint(self) -> str:
        endpoint: str = self.cleaned_data["endpoint"]
        if not channel.is_known_service(endpoint):
            raise forms.ValidationError(
                _("We do not know how to reach this browser. Try another one, or call us.")
            )
        return endpoint


@require_http_methods(["GET", "POST"])
def push(request: PortalRequest) -> HttpResponse:
    stamp = Stamp.of(request.session)
    is_offered = channel.is_open() and not (stamp and stamp.borrowed)
    form = PushForm(request.POST if request.method == "POST" else None)
    if is_offered and form.is_valid():
        _switch_on(cast("User", request.user), form.cleaned_data["endpoint"])
        messages.success(request, _("Done. From now on this phone shows a sign."))
        return redirect("push")
    browsers = PushSubscription.objects.filter(user=request.user.pk)
    context = {
        "form": form,
        "is_offered": is_offered,
        "is_on": is_offered and browsers.exists(),
        "key": channel.public_key() if is_offered else "",
    }
    status = 422 if form.errors else 200
    return render(request, "reminders/push.html", context, status=status)


@require_POST
def push_end(request: PortalRequest) -> HttpResponse:
    PushSubscription.objects.filter(user=request.user.pk).delete()
    messages.success(request, _("Done. No phone shows a sign any more."))
    return redirect("push")


@login_not_required
@require_safe
def manifest(_request: HttpRequest) -> HttpResponse:
    """Let the portal be put on the home screen: some phones show signs only from there."""
    icon = {"src": static("img/icon.svg"), "type": "image/svg+xml", "sizes": "any"}
    told = {
        "name": "En väg in",
        "short_name": "En väg in",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "lang": settings.LANGUAGE_CODE,
        "background_color": "#FAF7F2",
        "theme_color": "#FAF7F2",
        "icons": [icon],
    }
    return JsonResponse(told, content_type="application/manifest+json")


def _switch_on(user: User, endpoint: str) -> None:
    """Keep the address; a browser that changes hands follows whoever switched it on last."""
    PushSubscription.objects.update_or_create(endpoint=endpoint, defaults={"user": user})
    newest = PushSubscription.objects.filter(user=user).order_by("-created_at", "-pk")
    newest.exclude(pk__in=list(newest.values_list("pk", flat=True)[:MOST])).delete()
