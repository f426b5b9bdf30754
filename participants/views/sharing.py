"""*Vem ser mina uppgifter*, and the same for those who work with the person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.views.decorators.http import require_safe

from participants.matrix import matrix
from participants.models import Answer, ConsentQuestion, Disclosure, PeerCard, Representative
from participants.views.mine import myself
from participants.views.showing import find_person, show
from portal import access
from portal.models import InfoType
from portal.permissions import Permission, Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from participants.models import Participant
    from portal.actor import Actor
    from portal.http import PortalRequest

FEW = 2  # kinds of information that a colleague is kept from
ASKED = 20  # questions on the page, the latest
HANDED = 20


@require_safe
def who_sees(request: PortalRequest) -> HttpResponse:
    person = myself(request, Permission.PLAN_VIEW)
    return show(request, "participants/who_sees.html", person, **told(person, request.actor))


@require_safe
def my_disclosures(request: PortalRequest) -> HttpResponse:
    person = myself(request, Permission.PLAN_VIEW)
    disclosed = handed_out(person, request.actor)
    return show(request, "participants/my_disclosures.html", person, **disclosed)


@require_safe
def sharing(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_person(request, person_id, Permission.CONSENT_RECORD)
    seen = told(person, request.actor) | handed_out(person, request.actor)
    return show(request, "participants/sharing.html", person, **seen)


def told(person: Participant, actor: Actor) -> dict[str, Any]:
    """Return who sees what, and what is asked."""
    seen = matrix(person, actor)
    asked = ConsentQuestion.objects.visible_to(actor).filter(participant=person)
    questions = list(asked.select_related("receiver", "author").order_by("-created_at")[:ASKED])
    cards = PeerCard.objects.visible_to(actor).standing().filter(participant=person)
    at_work = person.employer_cards.visible_to(actor).standing()  # of the floor above
    speaking = Representative.objects.visible_to(actor).standing().filter(participant=person)
    today = timezone.localdate()
    return {
        "receivers": seen.receivers,
        "team": [(one, *reading(Role(one.membership.role))) for one in seen.team],
        "ended": seen.ended,
        "waiting": [one for one in questions if not one.answer and one.until >= today],
        "cards": cards.select_related("membership__user", "membership__unit", "author").order_by(
            "pk"
        ),
        "at_work": at_work.select_related("receiver", "placement", "author").order_by("pk"),
        "speaking": speaking.select_related("membership__user", "owner", "seen_by").order_by("pk"),
        "refused": [one for one in questions if one.answer == Answer.NO],
        "today": today,
    }


def handed_out(person: Participant, actor: Actor) -> dict[str, Any]:
    """Return what was handed out because a law demands it, the latest first."""
    by_law = Disclosure.objects.visible_to(actor).filter(participant=person)
    found = by_law.select_related("owner").order_by("-disclosed_on", "-pk")[:HANDED]
    return {"disclosures": found, "today": timezone.localdate()}


def reading(role: Role) -> tuple[list[str], list[str]]:
    """Return the words for what a role reads of a person and what not; the long list is empty."""
    reached = access.REACH.get(role, set())
    reads = [str(kind.label) for kind in InfoType if kind in reached]
    kept = [str(kind.label) for kind in InfoType if kind not in reached]
    return ([], kept) if len(kept) <= FEW else (reads, [])
