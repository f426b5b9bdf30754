"""What is sent to a colleague, by e-mail or as a sign on the phone, and when not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.reminders import kinds, preferences
from portal.reminders.forms import ChoicesForm
from portal.reminders.models import Channel
from portal.reminders.ways import Preference

if TYPE_CHECKING:
    from django.http import HttpResponse

    from portal.http import PortalRequest


@require_http_methods(["GET", "POST"])
def own_messages(request: PortalRequest) -> HttpResponse:
    if request.actor.membership is None:
        return redirect("more")
    recipient = kinds.staff(request.actor.user_id)
    if "works" in request.POST:
        preferences.confirm(recipient=recipient, by=request.actor, way=Channel.EMAIL)
        messages.success(request, _("Thank you. We use that address again."))
        return redirect("own_messages")
    address = kinds.of_staff([recipient.pk]).get(recipient.pk)
    wish = preferences.wish_of(recipient)
    posted = request.POST if request.method == "POST" else None
    form = ChoicesForm(posted, wish=wish, recipient=recipient, address=address)
    if form.is_bound and form.is_valid():
        preferences.choose(recipient=recipient, by=request.actor, **form.chosen())
        messages.success(request, _("Saved. It holds from now on. Change it whenever you like."))
        return redirect("own_messages")
    status = 422 if form.errors else 200
    context = {"form": form, "is_refused": Channel.EMAIL in Preference.of(wish).dead}
    return render(request, "reminders/own_messages.html", context, status=status)
