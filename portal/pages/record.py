"""The person's record: what matters now on top, and what has happened below."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from activities.models import Attendance, Enrolment
from employers.models import EndReason, FollowUpNote, HowItGoes, Placement, PlacementKind
from participants.models import (
    Consent,
    Contact,
    Goal,
    MainContact,
    Mode,
    Outcome,
    Participant,
    Step,
    TeamMember,
)
from participants.views.showing import find_person, show
from portal.models import InfoType
from portal.permissions import Permission
from portal.reminders.models import Reminder

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.db.models.expressions import Combinable
    from django.http import HttpResponse
    from django.utils.functional import _StrOrPromise

    from portal.actor import Actor
    from portal.http import PortalRequest

PAGE = 20
FARTHEST = 100  # pages
EMPTY, NEVER = Value(""), Value(None)
STEPS = 5
RECENT = timedelta(days=7)  # as long a message that did not arrive is worth a call
MOST = 20  # of team and consents; more would be no team


@dataclass(frozen=True)
class Kind:
    """One kind of thing in the timeline: where it is kept, when it happened, what is said."""

    code: str
    group: str
    items: Callable[[Actor], QuerySet[Any]]  # within the actor's reach
    at: str
    said: str = "text"
    detail: Combinable = EMPTY  # a code that the template words
    held: Combinable = NEVER  # until when the person may not read it


GROUPS: dict[str, _StrOrPromise] = {
    "": _("Everything"),
    "kontakter": _("Contacts"),
    "steg": _("Steps"),
    "arbete": _("Work"),
    "aktiviteter": _("Activities"),
    "mal": _("Goals"),
}


def contacts(actor: Actor) -> QuerySet[Contact]:
    """Return the contacts; a follow-up at a workplace is one too, and is shown as what it says."""
    told = FollowUpNote.objects.visible_to(actor).filter(submission_id=OuterRef("submission_id"))
    shown = Contact.objects.visible_to(actor).filter(removed_at=None)
    return shown.exclude(Exists(told), text="")


KINDS = [
    Kind(
        "contact",
        "kontakter",
        contacts,
        "occurred_at",
        detail=Case(
            When(outcome=Outcome.NOT_REACHED, then=Value(str(Outcome.NOT_REACHED))),
            default=F("mode"),
        ),
        held=F("held_back_until"),
    ),
    Kind(
        "step",
        "steg",
        lambda actor: Step.objects.visible_to(actor).filter(removed_at=None),
        "created_at",
    ),
    Kind(
        "done",
        "steg",
        lambda actor: Step.objects.visible_to(actor).filter(finished_at__isnull=False),
        "finished_at",
    ),
    Kind(
        "placement",
        "arbete",
        lambda actor: Placement.objects.visible_to(actor).exclude(end_reason=EndReason.MISTAKE),
        "created_at",
        said="occupation",
        detail=F("kind"),
    ),
    Kind(
        "follow_up",
        "arbete",
        FollowUpNote.objects.visible_to,
        "occurred_at",
        detail=F("how_it_goes"),
    ),
    Kind(
        "enrolment",
        "aktiviteter",
        Enrolment.objects.visible_to,
        "created_at",
        said="activity__name",
    ),
    Kind(
        "attendance",
        "aktiviteter",
        lambda actor: Attendance.objects.visible_to(actor).noted(),
        "arrived_at",
        said="session__activity__name",
    ),
    Kind("goal", "mal", Goal.objects.visible_to, "created_at"),
]


def timeline(person: Participant, actor: Actor, *, group: str, most: int) -> QuerySet[Any, Any]:
    """Return the newest things of a person that the actor may see, in one query."""
    parts = [
        kind.items(actor)
        .filter(participant=person)
        .annotate(
            what=Value(kind.code),
            at=F(kind.at),
            said=Cast(F(kind.said), TextField()),
            detail=Cast(kind.detail, TextField()),
            held=Cast(kind.held, DateTimeField()),
        )
        .order_by("-at", "-pk")
        .values(*COLUMNS)[:most]
        for kind in KINDS
        if group in {"", kind.group}
    ]
    union: QuerySet[Any, Any] = parts[0]
    if len(parts) > 1:
        union = union.union(*parts[1:], all=True)
    return union.order_by("-at", "-pk")


COLUMNS = (
    "pk",
    "public_id",
    "what",
    "at",
    "said",
    "detail",
    "held",
    "author__first_name",
    "author__last_name",
)


@require_safe
def person_record(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_person(request, person_id, Permission.RECORD_VIEW)
    actor = request.actor
    group = request.GET.get("visa", "")
    group = group if group in GROUPS else ""
    asked = request.GET.get("sida", "1")
    page = min(int(asked), FARTHEST) if asked.isdecimal() and asked != "0" else 1
    happened = list(timeline(person, actor, group=group, most=page * PAGE + 1))[(page - 1) * PAGE :]
    contact = MainContact.objects.open().filter(participant=person)
    team = TeamMember.objects.open().filter(participant=person)
    consents = Consent.objects.visible_to(actor).in_force().filter(participant=person)
    steps = Step.objects.visible_to(actor).filter(participant=person).open()
    return show(
        request,
        "record/person_record.html",
        person,
        info_type=InfoType.FOLLOW_UP,
        contact=contact.select_related("membership__user", "membership__unit").first(),
        team=team.select_related("membership__user", "membership__unit").order_by("pk")[:MOST],
        consents=consents.select_related("receiver").order_by("receiver__name", "info_type")[:MOST],
        steps=steps.select_related("assignee__user").soonest_first()[:STEPS],
        not_told=Reminder.objects.given_up(timezone.now() - RECENT)
        .about(person.pk)
        .order_by("-ended_at")
        .first(),
        goal=Goal.objects.visible_to(actor).current().filter(participant=person).first(),
        happened=happened[:PAGE],
        has_next=len(happened) > PAGE,
        page=page,
        group=group,
        groups=GROUPS,
        ways=dict(Mode.choices + Outcome.choices + PlacementKind.choices + HowItGoes.choices),
        today=timezone.localdate(),
    )
