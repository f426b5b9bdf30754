from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Max, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from participants.forms.contacts import ContactDetailsForm, ContactForm
from participants.models import Audience, Consent, Contact, Sharing, Step
from participants.services import contacts as services
from participants.services.plan import UNDO, TooLate
from participants.views.showing import bound, find_person, show
from portal import drafts
from portal.models import InfoType
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from participants.models import Participant
    from portal.http import PortalRequest

CHIPS = 4  # recent next steps that are offered again
SHORT = 48  # characters: a longer step does not fit in a chip


@require_http_methods(["GET", "POST"])
def contact_write(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_person(request, person_id, Permission.CONTACT_WRITE)
    form = bound(
        request,
        ContactForm,
        name=person.first_name,
        recent=recent_steps(request, person),
        today=timezone.localdate(),
    )
    if form.is_bound and form.is_valid():
        answers = form.cleaned_data
        with form.sending():
            contact = services.write_contact(
                participant=person,
                by=request.actor,
                submission_id=answers["submission_id"],
                step_text=answers["step"],
                step_due_on=answers["due_on"],
                step_assignee=request.actor.membership if answers["doer"] == "ME" else None,
                **form.fields_of_contact(),
            )
            drafts.discard(request, request.actor)
            saved = urlencode({"sparad": contact.public_id})
            return redirect(f"{reverse('participants:person_list')}?{saved}")
    return show(request, "participants/contact_write.html", person, form=form)


def recent_steps(request: PortalRequest, person: Participant) -> list[str]:
    """Return the short steps that this person or this colleague took last, to choose again."""
    steps = Step.objects.visible_to(request.actor).filter(removed_at=None)
    theirs = Q(participant=person) | Q(author_id=request.actor.user_id)
    waiting = steps.open().filter(participant=person).values("text")
    return list(
        steps.filter(theirs, LessThanOrEqual(Length("text"), SHORT))
        .exclude(text__in=waiting)
        .values_list("text", flat=True)
        .annotate(latest=Max("pk"))
        .order_by("-latest")[:CHIPS]
    )


@require_safe
def contact_detail(request: PortalRequest, contact_id: UUID) -> HttpResponse:
    contact = find_contact(request, contact_id)
    return show(
        request,
        "participants/contact_detail.html",
        contact.participant,
        info_type=InfoType(contact.info_type),
        contact=contact,
        is_mine=contact.author_id == request.actor.user_id,
        can_show=may_show(request, contact),
        can_undo=timezone.now() - contact.created_at < UNDO,
        today=timezone.localdate(),
    )


def may_show(request: PortalRequest, contact: Contact) -> bool:
    """Whether it is ours to hand out, and there is a yes that waits for just that."""
    is_ours = contact.owner_id == request.actor.organisation_id
    if not is_ours or contact.audience != Audience.TEAM:
        return False
    held = Consent.objects.visible_to(request.actor).in_force().filter(sharing=Sharing.PUSH)
    return held.filter(participant=contact.participant_id, info_type=contact.info_type).exists()


@require_http_methods(["GET", "POST"])
def contact_edit(request: PortalRequest, contact_id: UUID) -> HttpResponse:
    contact = find_contact(request, contact_id, author_id=request.actor.user_id)
    authorize(request.actor, Permission.CONTACT_WRITE)
    names = [*ContactDetailsForm.base_fields]
    held = {name: getattr(contact, name) for name in names}
    held["held_back_until"] = contact.held_back_until and timezone.localdate(
        contact.held_back_until
    )
    form = bound(request, ContactDetailsForm, initial=held)
    conflict = False
    if form.is_bound and form.is_valid():
        try:
            services.edit_contact(contact=contact, by=request.actor, **form.cleaned_data)
        except services.Changed:
            conflict = True
            form.add_error(None, _("The note was changed somewhere else. Compare and save again."))
            form.data = {**request.POST.dict(), "version": str(contact.version)}
        else:
            drafts.discard(request, request.actor)
            messages.success(request, _("Saved."))
            return redirect("participants:contact_detail", contact_id)
    return show(
        request,
        "participants/contact_edit.html",
        contact.participant,
        info_type=InfoType(contact.info_type),
        form=form,
        contact=contact,
        conflict=conflict,
    )


@require_POST
def contact_undo(request: PortalRequest, contact_id: UUID) -> HttpResponse:
    contact = find_contact(request, contact_id, author_id=request.actor.user_id)
    authorize(request.actor, Permission.CONTACT_WRITE)
    try:
        services.undo_contact(contact=contact, by=request.actor)
    except TooLate:
        messages.warning(request, _("Ten minutes have passed. You can still change the note."))
        return redirect("participants:contact_detail", contact_id)
    messages.success(request, _("The note is gone."))
    return redirect("participants:contact_write", contact.participant.public_id)


def find_contact(request: PortalRequest, contact_id: UUID, **narrowed: int) -> Contact:
    """Return a note within reach that nobody has taken back; else 404."""
    within = Contact.objects.visible_to(request.actor).filter(removed_at=None, **narrowed)
    return get_object_or_404(
        within.select_related("participant", "author", "owner"), public_id=contact_id
    )
