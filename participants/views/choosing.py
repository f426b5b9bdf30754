"""*Mina påminnelser*: what is sent to a person and how, chosen by them or on their behalf."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from participants import reach
from participants.forms.people import AddressForm
from participants.services import people as services
from participants.views.mine import myself
from participants.views.showing import bound, find_own, show
from portal import drafts
from portal.permissions import Permission
from portal.reminders import kinds, preferences
from portal.reminders.forms import ChoicesForm
from portal.reminders.models import Channel
from portal.reminders.ways import Preference

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from participants.models import Participant
    from portal.http import PortalRequest
    from portal.reminders.models import Wish

ASKED_AGAIN = timedelta(days=182)


@require_http_methods(["GET", "POST"])
def my_messages(request: PortalRequest) -> HttpResponse:
    person = myself(request, Permission.MESSAGES_CHOOSE)
    back = reverse("participants:my_messages")
    return choose(request, person, "participants/my_messages.html", back)


@require_http_methods(["GET", "POST"])
def person_messages(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_own(request, person_id, Permission.CONTACT_WRITE)
    back = reverse("participants:person_messages", args=[person.public_id])
    return choose(request, person, "participants/person_messages.html", back, is_own=False)


def choose(
    request: PortalRequest, person: Participant, template: str, back: str, *, is_own: bool = True
) -> HttpResponse:
    """Ask, save at once, and say that it is saved; a second look shows what holds now."""
    recipient = kinds.participant(person.pk)
    wish = preferences.wish_of(recipient)
    address = reach.addresses([person.pk]).get(person.pk)
    name = "" if is_own else person.first_name
    posted = request.POST if request.method == "POST" else None
    form = ChoicesForm(posted, wish=wish, recipient=recipient, address=address, name=name)
    if form.is_bound and form.is_valid() and not person.protection:
        preferences.choose(recipient=recipient, by=request.actor, **form.chosen())
        messages.success(request, _("Saved. It holds from now on. Change it whenever you like."))
        return redirect(back)
    return show(
        request,
        template,
        person,
        form=form,
        wish=wish,
        is_asked=is_asked(person, wish),
        dead=[str(way) for way in Preference.of(wish).dead],
    )


def is_asked(person: Participant, wish: Wish) -> bool:
    """Answer whether it is time to ask if the number is right: never yet, or half a year ago."""
    if not person.phone or person.protection:
        return False
    return wish.confirmed_at is None or wish.confirmed_at < timezone.now() - ASKED_AGAIN


@require_POST
def my_number(request: PortalRequest) -> HttpResponse:
    person = myself(request, Permission.MESSAGES_CHOOSE)
    return number_is_right(request, person, reverse("participants:my_messages"))


@require_POST
def person_number(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_own(request, person_id, Permission.CONTACT_WRITE)
    back = reverse("participants:person_messages", args=[person.public_id])
    return number_is_right(request, person, back)


def number_is_right(request: PortalRequest, person: Participant, back: str) -> HttpResponse:
    """Take the word of whoever taps: the number is right, or the address that refused letters."""
    if person.protection:
        return redirect(back)
    is_email = request.POST.get("works") == Channel.EMAIL
    preferences.confirm(
        recipient=kinds.participant(person.pk),
        by=request.actor,
        way=Channel.EMAIL if is_email else Channel.SMS,
    )
    said = _("Thank you. We ask again in half a year.")
    if is_email:
        said = _("Thank you. We use that address again.")
    messages.success(request, said)
    return redirect(back)


@require_http_methods(["GET", "POST"])
def person_address(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_own(request, person_id, Permission.CONTACT_WRITE)
    now = {"phone": person.phone, "email": person.email}
    form = bound(request, AddressForm, initial=now)
    if form.is_bound and form.is_valid() and not person.protection:
        services.set_address(participant=person, by=request.actor, **form.cleaned_data)
        drafts.discard(request, request.actor)
        messages.success(request, _("Saved."))
        return redirect("person_record", person.public_id)
    return show(request, "participants/person_address.html", person, form=form)
