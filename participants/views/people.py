from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from participants import reach
from participants.forms.people import AccountForm, NewPasswordForm, PersonForm
from participants.models import Intake, Participant
from participants.services import people as services
from participants.views.showing import bound, find_own, show
from portal import access, audit, drafts
from portal.models import AuditAct, InfoType, Level
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.forms import Form
    from portal.http import PortalRequest

PAGE = 50


@require_http_methods(["GET", "POST"])
def person_register(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.PERSON_REGISTER)
    membership = request.actor.membership
    form = bound(request, PersonForm, actor=request.actor)
    if form.is_bound and form.is_valid() and membership:
        answers = form.cleaned_data
        takes_it = answers.pop("contact", "INTAKE") == "ME"
        with form.sending():
            is_protected = "protection" in answers
            register = services.register_protected if is_protected else services.register_person
            person = register(by=request.actor, unit=membership.unit, takes_it=takes_it, **answers)
            drafts.discard(request, request.actor)
            messages.success(request, _("%(name)s is registered.") % {"name": person.name})
            if takes_it:
                return redirect("person_record", person.public_id)
            if person.protection:
                return redirect("participants:protection_set", person.public_id)
            return redirect("participants:intake_list")
    status = 422 if form.errors else 200
    return render(request, "participants/person_register.html", {"form": form}, status=status)


@require_safe
def intake_list(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.INTAKE_ASSIGN)
    people = Participant.objects.visible_to(request.actor).filter(in_intake=True)
    waiting = list(
        Intake.objects.filter(closed_at=None, participant__in=people)
        .select_related("participant", "unit")
        .order_by("opened_at", "pk")[:PAGE]
    )
    audit.record(
        AuditAct.LIST,
        "intake",
        by=request.actor,
        participants=[one.participant_id for one in waiting],
        info_types=[InfoType.CONTACT],
    )
    context = {"waiting": waiting, "today": timezone.localdate()}
    return render(request, "participants/intake_list.html", context)


@require_http_methods(["GET", "POST"])
def account_open(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_own(request, person_id, Permission.CONTACT_WRITE)
    form = bound(request, AccountForm)
    username = password = ""
    if form.is_bound and form.is_valid():
        username = form.cleaned_data["username"]
        try:
            with transaction.atomic():
                password = services.open_account(
                    participant=person, username=username, by=request.actor
                )
        except services.HasAccount:
            form.add_error(None, _("%(name)s can sign in already.") % {"name": person.first_name})
        except IntegrityError:
            form.add_error(None, _("Another account has that user name or e-mail address."))
        drafts.discard(request, request.actor)
    return account(request, person, form, username, password)


@require_http_methods(["GET", "POST"])
def password_renew(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_own(request, person_id, Permission.CONTACT_WRITE)
    if person.user is None:
        return redirect("participants:account_open", person_id)
    form = bound(request, NewPasswordForm)
    password = ""
    if form.is_bound and form.is_valid():
        try:
            password = services.renew_password(participant=person, by=request.actor)
        except services.NotTheirs:
            form.add_error(None, _("This account works here too. Ask the administrator instead."))
    return account(request, person, form, person.user.username, password)


def account(
    request: PortalRequest, person: Participant, form: Form, username: str, password: str
) -> HttpResponse:
    return show(
        request,
        "participants/account_open.html",
        person,
        form=form,
        username=username,
        password=password,
    )


def find_waiting(request: PortalRequest, person_id: UUID) -> Participant:
    """Return somebody within reach by name at least, and not by a yes: who waits, or one's own."""
    within = Participant.objects.visible_to(request.actor)
    own = within.filter(access.by_own_work(request.actor, Level.NAME))
    person: Participant = get_object_or_404(reach.asked(own), public_id=person_id)
    return person
