"""When to ask how it goes, and what was said; support fades only by the person's choice."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from employers import notifications
from employers.models import FollowUpNote, Placement, PlacementFollowUp, Spoke
from participants.models import Contact, Counterpart
from participants.services.contacts import write_contact
from participants.services.plan import owner_of
from portal import audit
from portal.models import AuditAct, InfoType
from portal.submissions import SentBefore, expect_same, once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from uuid import UUID

    from portal.actor import Actor

WEEKS = (1, 2, 4, 8, 12)  # mission.md N44; after these each quarter
QUARTER = 3  # months
EARLY = timedelta(days=3)  # a talk so close before the planned day is that day's talk
AFTER_THE_END = timedelta(days=3)  # IPS-25, item 23: seen within three days after a loss


def follow_up_days(
    starts_on: date, *, last_day: date | None, ended: bool, after: date
) -> list[date]:
    """Return the days to ask how it goes, later than `after`, by the rule alone.

    Weeks 1, 2, 4, 8 and 12, then the next quarter, as long as the place lasts; and once when it
    is over, because that is when somebody is most alone. Quarters are counted from week 12, so
    that they do not drift through months of different lengths.
    """
    days = [starts_on + timedelta(weeks=week) for week in WEEKS]
    days.append(next(day for day in quarters(days[-1]) if day > after))
    if last_day is not None:
        over = last_day + AFTER_THE_END
        days = [over] if ended else [*(day for day in days if day < last_day), over]
    return [day for day in days if day > after]


def quarters(start: date) -> Iterator[date]:
    """Yield the day three months after a day, and on."""
    for number in count(1):
        yield start + relativedelta(months=QUARTER * number)


def plan_follow_ups(placement: Placement) -> None:
    """Make the planned days what the rule says now; what has been done stays.

    What stood open and no longer fits goes away; nothing is planned before the day when the place
    was written down, nor again for a talk that has been.
    """
    spoken = FollowUpNote.objects.filter(placement=placement).aggregate(at=Max("occurred_at"))["at"]
    after = timezone.localdate(placement.created_at) - timedelta(days=1)
    if spoken:
        after = max(after, timezone.localdate(spoken) + EARLY)
    wanted: set[date] = set()
    if placement.follow_ups_stopped_at is None and not placement.never_was:
        wanted = set(
            follow_up_days(
                placement.starts_on,
                last_day=placement.last_day,
                ended=placement.ended_on is not None,
                after=after,
            )
        )
    held = PlacementFollowUp.objects.filter(placement=placement)
    gone = list(held.open().exclude(due_on__in=wanted).values_list("pk", flat=True))
    PlacementFollowUp.objects.filter(pk__in=gone).delete()
    new = wanted - set(held.values_list("due_on", flat=True))
    PlacementFollowUp.objects.bulk_create(
        PlacementFollowUp(placement=placement, due_on=day) for day in sorted(new)
    )
    notifications.follow_ups.plan_follow_ups({*gone, *held.values_list("pk", flat=True)})


@transaction.atomic
def write_follow_up(
    *,
    placement: Placement,
    by: Actor,
    submission_id: UUID,
    occurred_at: datetime,
    spoke_with: str,
    mode: str,
    **fields: str,
) -> FollowUpNote:
    """Write what came out of a follow-up: it closes the days that were due, and is a contact.

    `fields` are `how_it_goes` and `text`. The contact keeps *last contact* true for everybody who
    works with the person; it carries no text of its own. Sending twice makes one of each.
    """
    placement = lock(placement)
    note, is_new = once(
        FollowUpNote,
        submission_id,
        at_first={"occurred_at": occurred_at},
        placement=placement,
        author=by.user,
        participant=placement.participant,
        owner_id=owner_of(placement.participant, by),
        info_type=InfoType.FOLLOW_UP,
        spoke_with=spoke_with,
        **fields,
    )
    if not is_new:
        expect_same_talk(note, occurred_at=occurred_at, mode=mode)
        return note
    placement.follow_ups.due_by(timezone.localdate(occurred_at) + EARLY).update(note=note)
    plan_follow_ups(placement)
    with_employer = spoke_with == Spoke.EMPLOYER
    write_contact(
        participant=placement.participant,
        by=by,
        submission_id=submission_id,
        occurred_at=occurred_at,
        mode=mode,
        counterpart=Counterpart.EMPLOYER if with_employer else Counterpart.PARTICIPANT,
    )
    audit.record(
        AuditAct.CREATE,
        "followupnote",
        by=by,
        participants=[placement.participant_id],
        subject_id=note.pk,
        info_types=[InfoType.FOLLOW_UP],
    )
    return note


def expect_same_talk(note: FollowUpNote, *, occurred_at: datetime, mode: str) -> None:
    """Refuse another day or way than the note tells of; the moment of today is never the same."""
    if timezone.localdate(note.occurred_at) != timezone.localdate(occurred_at):
        raise SentBefore
    expect_same(Contact.objects.filter(submission_id=note.submission_id).first(), mode=mode)


@transaction.atomic
def switch_follow_ups(*, placement: Placement, by: Actor, on: bool) -> None:
    """Stop asking, because the person wants it so, or begin again; twice changes nothing."""
    placement = lock(placement)
    if on == (placement.follow_ups_stopped_at is None):
        return
    placement.follow_ups_stopped_at = None if on else timezone.now()
    placement.follow_ups_stopped_by = None if on else by.user
    placement.save(update_fields=["follow_ups_stopped_at", "follow_ups_stopped_by"])
    plan_follow_ups(placement)
    audit.record(
        AuditAct.CHANGE,
        "placement",
        by=by,
        participants=[placement.participant_id],
        subject_id=placement.pk,
        info_types=[InfoType.PLACEMENT],
    )


def lock(placement: Placement) -> Placement:
    """Return the placement as it stands, held against whoever saves at the same moment."""
    held = Placement.objects.select_for_update(of=("self",), no_key=True)
    return held.select_related("participant", "employer", "supporter").get(pk=placement.pk)
