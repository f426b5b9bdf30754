"""The person's record: what matters now on top, and what has happened below."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from employers.models import HowItGoes, PlacementKind
from participants.models import (
    Audience,
    Consent,
    DecisionAnswer,
    Goal,
    Handover,
    Mode,
    Outcome,
    Participant,
    Step,
)
from participants.services.plan import UNDO
from participants.views.showing import find_person, show
from portal import access
from portal.http import addresses, page_of
from portal.models import InfoType
from portal.pages.record.current import current_and_waited_for
from portal.pages.record.models import Colleague, Happening, What
from portal.permissions import Permission
from portal.reminders.models import Reminder
from portal.templatetags.dates import day, near

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from uuid import UUID

    from django.http import HttpResponse
    from django.utils.functional import _StrOrPromise

    from portal.actor import Actor
    from portal.http import PortalRequest

PAGE = 20
FARTHEST = 100  # pages
STEPS = 5
RECENT = timedelta(days=7)  # as long a message that did not arrive is worth a call
MOST = 20  # of team and consents; more would be no team
WORDS = 60  # of a note, before one opens it

GROUPS: dict[str, _StrOrPromise] = {
    "": _("The most important"),
    "kontakter": _("Contacts"),
    "steg": _("Steps"),
    "arbete": _("Work"),
    "aktiviteter": _("Activities"),
    "mal": _("Goals"),
    "allt": _("Everything"),
}
HOLDS: dict[str, tuple[What, ...]] = {
    "kontakter": (What.CONTACT,),
    "steg": (What.STEP, What.DONE, What.DECIDED),
    "arbete": (What.PLACEMENT, What.FOLLOW_UP),
    "aktiviteter": (What.ENROLMENT, What.ATTENDANCE),
    "mal": (What.GOAL,),
    "allt": tuple(What),
    # who comes three times a week would fill the page with it
    "": tuple(one for one in What if one != What.ATTENDANCE),
}
# Where somebody is, and when: not for a screen, if the identity is protected (domain.md R17).
PLACES = {What.PLACEMENT, What.FOLLOW_UP, What.ENROLMENT, What.ATTENDANCE}
OPENS: dict[str, tuple[str, _StrOrPromise]] = {
    What.CONTACT: ("participants:contact_detail", _("Open the note")),
    What.PLACEMENT: ("employers:placement_detail", _("Open the place")),
}

type Pages = dict[str, Callable[[object], str]]
CODES: dict[str, _StrOrPromise] = dict(
    Mode.choices
    + Outcome.choices
    + PlacementKind.choices
    + HowItGoes.choices
    + DecisionAnswer.choices
)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing in the timeline, in the words of the page."""

    when: str
    heading: _StrOrPromise
    title: str = ""
    text: str = ""
    is_contact: bool = False
    held_until: str = ""
    url: str = ""
    opens: _StrOrPromise = ""
    opens_what: str = ""  # for those who do not see what stands beside the link
    hand_out: str = ""  # the page on which a colleague shows it to another organisation
    undo: str = ""  # the address that takes it back, for ten minutes, for the one who did it


def line(
    one: dict[str, Any], today: date, *, actor: Actor, undone_since: datetime, pages: Pages
) -> Line:
    """Put one thing that has happened into words; what the actor did just now can be undone."""
    what, said, coded = one["what"], one["said"], CODES.get(one["detail"], "")
    when = near(one["at"], today)
    if one["author__first_name"]:
        when = f"{when}, {one['author__first_name']} {one['author__last_name']}"
    if what == What.FOLLOW_UP:
        return Line(when, What.FOLLOW_UP.label, title=coded.lower(), text=shortened(said))
    if what == What.DONE and one["author"] == actor.user_id and one["at"] > undone_since:
        undo = reverse("participants:step_reopen", args=[one["public_id"]])
        return Line(when, What.DONE.label, title=said, undo=undo)
    if what == What.DECIDED:
        return Line(when, What.DECIDED.label, title=said, text=str(coded))
    if what not in OPENS:
        return Line(when, What(what).label, title=said)
    url, opens = pages[what](one["public_id"]), OPENS[what][1]
    if what == What.PLACEMENT:
        return Line(when, coded, title=said, url=url, opens=opens, opens_what=said)
    return Line(
        when,
        coded,
        text=shortened(said),
        is_contact=True,
        held_until=day(one["held"], today),
        url=url,
        opens=opens,
        opens_what=day(one["at"], today),
    )


def hand_out(one: dict[str, Any], actor: Actor, kinds: set[int]) -> str:
    """Return the page that shows a thing to another organisation, where it is ours to show."""
    is_ours = one["owner"] == actor.organisation_id and one["audience"] in {"", Audience.TEAM}
    if not is_ours or one["info_type"] not in kinds:
        return ""
    return reverse("participants:release_make", args=[one["public_id"]])


def shortened(text: str) -> str:
    return Truncator(text).words(WORDS) if len(text) > WORDS else text  # a word and a space: two


def hides(person: Participant, group: str) -> bool:
    """Whether a screen keeps quiet about where somebody is: their identity is protected."""
    return bool(person.protection) and not PLACES.isdisjoint(HOLDS[group] if group else ())


def told_of(person: Participant, group: str) -> tuple[What, ...]:
    """Return what a group of the timeline tells; never the places of a protected person."""
    kinds = HOLDS[group]
    return tuple(one for one in kinds if one not in PLACES) if person.protection else kinds


def timeline(person: Participant, actor: Actor, *, group: str, page: int) -> list[dict[str, Any]]:
    """Return a page of what the actor may see of a person, newest first, and one thing more."""
    happened = Happening.objects.visible_to(actor).told_once(actor).filter(participant=person)
    kinds = told_of(person, group)
    if kinds != tuple(What):
        happened = happened.filter(what__in=kinds)
    begins = (page - 1) * PAGE
    return list(happened.newest_first().values(*SHOWN)[begins : begins + PAGE + 1])


SHOWN = (
    "public_id",
    "what",
    "owner",
    "info_type",
    "audience",
    "at",
    "said",
    "detail",
    "held",
    "author",
    "author__first_name",
    "author__last_name",
)
OF_HANDOVER = (
    *("public_id", "words", "meets_on", "is_along", "met_at", "taker_id", "giver_id"),
    *("taker__user__first_name", "giver__user__first_name"),
)
OF_STEP = ("public_id", "owner_id", "text", "due_on", "assignee__user__first_name")


@require_safe
def person_record(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_person(request, person_id, Permission.RECORD_VIEW)
    actor, today = request.actor, timezone.localdate()
    groups = {code: label for code, label in GROUPS.items() if not hides(person, code)}
    group = request.GET.get("visa", "")
    group = group if group in groups else ""
    page = page_of(request, FARTHEST)
    happened = timeline(person, actor, group=group, page=page)
    since = timezone.now() - UNDO
    pages = {what: addresses(name) for what, (name, _words) in OPENS.items()}
    matters = now(person, actor)
    kinds = {yes.info_type for yes in matters["consents"] if not yes.opens_all}
    places, waits = current_and_waited_for(person, actor, today)
    not_told = Reminder.objects.given_up(timezone.now() - RECENT).about(person.pk)
    return show(
        request,
        "record/person_record.html",
        person,
        info_type=InfoType.FOLLOW_UP,
        happened=[
            replace(
                line(one, today, actor=actor, undone_since=since, pages=pages),
                hand_out=hand_out(one, actor, kinds),
            )
            for one in happened[:PAGE]
        ],
        has_next=len(happened) > PAGE,
        page=page,
        group=group,
        groups=groups,
        today=today,
        not_told_at=not_told.order_by("-ended_at").values_list("due_at", flat=True).first(),
        current=places,
        waits=waits,
        hands_out=InfoType.PLAN in kinds and actor.has_perm(Permission.RELEASE_MAKE),
        **matters,
    )


def now(person: Participant, actor: Actor) -> dict[str, Any]:
    """Return what matters now: the steps, the goal, who is there, and what is shared."""
    consents = Consent.objects.visible_to(actor).in_force().filter(participant=person)
    steps = Step.objects.visible_to(actor).filter(participant=person).open().soonest_first()
    goals = Goal.objects.visible_to(actor).current().filter(participant=person)
    team = list(
        Colleague.objects.filter(participant=person)
        .annotate(reads=access.Reads())
        .order_by("-is_main", "of_id")[: MOST + 1]
    )
    return {
        "handover": handover(person, actor) if any(one.is_new for one in team) else None,
        "team": team,
        "steps": list(steps.values(*OF_STEP)[:STEPS]),
        "goal": goals.values_list("text", flat=True).first(),
        "consents": list(
            consents.select_related("receiver")
            .only("public_id", "info_type", "valid_until", "sharing", "receiver__name")
            .order_by("receiver__name", "info_type")[:MOST]
        ),
    }


def handover(person: Participant, actor: Actor) -> dict[str, Any] | None:
    """Return the change of contact that is under way, if there is one."""
    within = Handover.objects.visible_to(actor).open().filter(participant=person)
    found: dict[str, Any] | None = within.with_giver().values(*OF_HANDOVER).first()
    return found
