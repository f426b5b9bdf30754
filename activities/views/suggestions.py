"""A colleague looks for something for one person and suggests it; the person answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities.models import Answer, Entry, Suggestion
from activities.notifications.referring import those_who_answer
from activities.services import suggestions as services
from activities.views.directory import found
from participants.views.showing import find_person, show
from portal.forms import OUT_OF_REACH
from portal.models import InfoType
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from activities.models.suggestions import SuggestionQuerySet
    from participants.models import Participant
    from portal.actor import Actor
    from portal.http import PortalRequest

MOST = 10
ANSWERS = {"ja": Answer.YES, "inte-nu": Answer.NOT_NOW}


@require_safe
def suggestion_find(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_person(request, person_id, Permission.SUGGESTION_WRITE)
    made = list(mine(person, request.actor)[:MOST])
    looking = found(request)
    shown = looking["entries"] or looking["nearest"]
    return show(
        request,
        "activities/suggestion_find.html",
        person,
        info_type=InfoType.PLAN,
        suggestions=made,
        waiting={one.entry_id for one in made if not one.answered_at},
        today=timezone.localdate(),
        looking=looking,
        answering=set()
        if person.protection
        else set(those_who_answer({one.unit_id for one in shown})),
    )


def mine(person: Participant, actor: Actor) -> SuggestionQuerySet:
    """Return what has been suggested to a person, as the actor may see it."""
    seen = Suggestion.objects.visible_to(actor).filter(participant=person, withdrawn_at=None)
    return seen.select_related("entry", "author").order_by("-created_at", "-pk")


@require_POST
def suggestion_make(request: PortalRequest, person_id: UUID, found_id: int) -> HttpResponse:
    person = find_person(request, person_id, Permission.SUGGESTION_WRITE)
    entry = get_object_or_404(Entry.objects.filter(is_open=True), pk=found_id)
    words = {"what": entry, "name": person.first_name}
    try:
        services.suggest(participant=person, entry=entry, by=request.actor)
    except services.AlreadySuggested:
        messages.info(request, _("%(name)s has that suggestion already.") % words)
    except services.EnoughSuggested:
        messages.warning(
            request, _("%(name)s has three suggestions to answer. Take one back first.") % words
        )
    except services.OutOfReach:
        messages.warning(request, OUT_OF_REACH)
    except services.NotSomethingToDo:
        messages.info(request, _("Suggest something that they do."))
    else:
        messages.success(request, _("%(name)s sees it under Today: %(what)s.") % words)
    asked = request.GET.urlencode()
    here = reverse("activities:suggestion_find", args=[person_id])
    return redirect(f"{here}?{asked}" if asked else here)


@require_POST
def suggestion_withdraw(request: PortalRequest, suggestion_id: UUID) -> HttpResponse:
    suggestion = find_suggestion(request, suggestion_id)
    authorize(request.actor, Permission.SUGGESTION_WRITE)
    services.withdraw_suggestion(suggestion=suggestion, by=request.actor, now=timezone.now())
    messages.success(request, _("The suggestion is taken back."))
    return redirect("activities:suggestion_find", suggestion.participant.public_id)


@require_POST
def my_suggestion(request: PortalRequest, suggestion_id: UUID) -> HttpResponse:
    suggestion = find_suggestion(request, suggestion_id)
    authorize(request.actor, Permission.PLAN_EDIT)
    answer = ANSWERS.get(request.POST.get("svar", ""))
    if answer is None:
        messages.info(request, _("Choose one of the two answers."))
        return redirect("activities:today")
    services.answer_suggestion(
        suggestion=suggestion, answer=answer, by=request.actor, now=timezone.now()
    )
    if answer == Answer.NOT_NOW:
        messages.success(request, _("That is fine. Nothing more happens."))
        return redirect("activities:today")
    messages.success(request, _("Good! It stands in your plan now."))
    return redirect(suggestion.entry)


def find_suggestion(request: PortalRequest, suggestion_id: UUID) -> Suggestion:
    within = Suggestion.objects.visible_to(request.actor).select_related("participant", "entry")
    return get_object_or_404(within, public_id=suggestion_id)
