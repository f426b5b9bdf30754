from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypedDict

from django.utils import timezone
from django.views.decorators.http import require_safe

from participants.filters import COUNTED, FARTHEST, CaseloadFilter, listing
from participants.models import Contact, Mode, Reason
from participants.services.plan import UNDO
from portal import audit
from portal.http import addresses, followed, page_of
from portal.models import AuditAct, InfoType
from portal.permissions import Permission, authorize
from portal.templatetags.dates import ago, local, short_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from django.http import HttpResponse

    from participants.filters import Listing, Row
    from portal.actor import Actor
    from portal.http import PortalRequest

NOTHING = "–"  # noqa: RUF001 (as Swedish print has it)
TONES = {
    Reason.NEW: "danger",
    Reason.LATE_STEP: "danger",
    Reason.STEP_TODAY: "info",
    Reason.NO_NEXT_STEP: "warn",
    Reason.NO_CONTACT: "warn",
    Reason.LATE_DECISION: "warn",
    Reason.FLOWING: "ok",
}
HEADLINES = (
    Reason.NEW,
    Reason.LATE_STEP,
    Reason.NO_NEXT_STEP,
    Reason.NO_CONTACT,
    Reason.LATE_DECISION,
)


@require_safe
def person_list(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.CASELOAD_VIEW)
    today = timezone.localdate()
    form = CaseloadFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = listing(
        request.actor,
        today=today,
        q=chosen.get("q", ""),
        reason=chosen.get("varfor"),
        page=page_of(request, FARTHEST),
    )
    audit.record(
        AuditAct.SEARCH if chosen.get("q") else AuditAct.LIST,
        "caseload",
        by=request.actor,
        participants=[row.participant_id for row in page.rows],
        info_types=[InfoType.CONTACT, InfoType.PLAN],
    )
    context = {
        "form": form,
        "rows": list(lines(page.rows, today)),
        "page": page,
        "chosen": chosen,
        "headlines": [
            (reason.value, TONES[reason], reason.label, page.numbers[reason])
            for reason in HEADLINES
            if page.numbers[reason]
        ],
        **size(request.actor, page),
        "counted": COUNTED,
        "saved": just_saved(request),
    }
    return followed(request, "participants/person_list.html", context, found=len(page.rows))


def size(actor: Actor, page: Listing) -> dict[str, object]:
    """Return what the heading says of the whole caseload, beside the limit of the role.

    The limit is for those whose contact one is; who is never anybody's contact counts everybody.
    """
    total = sum(page.numbers.values())
    held = page.held if actor.has_perm(Permission.INTAKE_ASSIGN) else total
    is_many = any(count >= COUNTED for count in page.numbers.values())
    return {"held": held, "supported": total - held, "is_many": is_many}


class Line(TypedDict):
    """A row of the list in words, as a dict: that is where a template looks first."""

    record: str
    name: str
    tone: str
    why: str
    contact: str
    step: str
    note: str
    first_name: str


def lines(rows: Sequence[Row], today: date) -> Iterator[Line]:
    """Say each row in words; what is the same for many is put into words once."""
    record, note = addresses("person_record"), addresses("participants:contact_write")
    whys = {reason: str(reason.label) for reason in Reason}
    modes = {mode.value: str(mode.label).lower() for mode in Mode}
    since, short = cache(lambda day: ago(day, today)), cache(lambda day: short_day(day, today))
    for row in rows:
        contact = step = NOTHING
        if row.last_contact_at:
            contact = f"{since(local(row.last_contact_at))}, {modes[row.last_contact_mode]}"
        if row.next_step_text:
            step = row.next_step_text
            if row.next_step_on:
                step = f"{short(row.next_step_on)}: {step}"
        yield {
            "record": record(row.public_id),
            "name": f"{row.first_name} {row.last_name}",
            "tone": TONES[row.reason],
            "why": whys[row.reason],
            "contact": contact,
            "step": step,
            "note": note(row.public_id),
            "first_name": row.first_name,
        }


def just_saved(request: PortalRequest) -> Contact | None:
    """Return the note that the address says was saved just now, while it can be undone."""
    saved = request.GET.get("sparad", "")
    if not saved:
        return None
    fresh = Contact.objects.visible_to(request.actor).filter(
        author_id=request.actor.user_id,
        removed_at=None,
        created_at__gt=timezone.now() - UNDO,
    )
    return next((one for one in fresh if str(one.public_id) == saved), None)
