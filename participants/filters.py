"""*Mina personer*: the rows of one colleague, the most urgent first, at a cost that never grows.

Each reason is one stretch of an index, read at most as far as the page needs. So a caseload of
20,000 costs what one of 200 does, and nothing that depends on today is stored.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django import forms
from django.db.models import DateTimeField, F, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants.models import Caseload, Reason
from portal.forms import FilterForm
from portal.models import SWEDISH_ORDER

if TYPE_CHECKING:
    from portal.actor import Actor

QUIET = timedelta(days=14)  # without contact, then it is time (mission.md N4)
PAGE = 50
COUNTED = 100  # "at least 100" is all that a heading needs to say
FARTHEST = 20  # pages; who wants more searches by name


def sort_text(text: str) -> str:
    """Return typed text as names are stored for sorting and search."""
    return text.translate(str.maketrans(*SWEDISH_ORDER)).lower().strip()


class CaseloadFilter(FilterForm):
    """Whom to show: by name, and by reason. Both stay in the address."""

    q = forms.CharField(label=_("Search by name"), required=False, max_length=100)
    varfor = forms.TypedChoiceField(
        label=_("Why now"),
        required=False,
        coerce=lambda value: Reason(int(value)),
        empty_value=None,
        choices=[("", _("Everybody")), *Reason.choices],
    )
    sida = forms.IntegerField(
        required=False, min_value=1, max_value=FARTHEST, widget=forms.HiddenInput
    )


@dataclass(frozen=True)
class Stretch:
    """One reason, as a condition on `Caseload` and the order in which it is read."""

    reason: Reason
    condition: Q
    order: str


def stretches(today: date) -> list[Stretch]:
    """Return the reasons of *Varför nu*, most urgent first; together they hold everybody once."""
    cutoff = timezone.make_aware(datetime.combine(today, time.min)) - QUIET
    known = Q(is_new=False)
    stepped = known & Q(next_step_id__isnull=False)
    later = stepped & (Q(next_step_on=None) | Q(next_step_on__gt=today))
    return [
        Stretch(Reason.NEW, Q(is_new=True), "since"),
        Stretch(Reason.LATE_STEP, stepped & Q(next_step_on__lt=today), "next_step_on"),
        Stretch(Reason.STEP_TODAY, stepped & Q(next_step_on=today), "next_step_on"),
        Stretch(Reason.NO_NEXT_STEP, known & Q(next_step_id=None), "last_contact_at"),
        Stretch(Reason.NO_CONTACT, later & Q(last_contact_at__lt=cutoff), "last_contact_at"),
        Stretch(Reason.FLOWING, later & Q(last_contact_at__gte=cutoff), "last_contact_at"),
    ]


def narrowed(actor: Actor, q: str) -> QuerySet[Caseload]:
    """Return the actor's rows, those whose name holds every typed word."""
    rows = Caseload.objects.visible_to(actor)
    for word in sort_text(q).split():
        rows = rows.filter(participant__sort_key__contains=word)
    return rows


@dataclass(frozen=True)
class Listing:
    """One page of a caseload: numbers of `Caseload`, each with why now."""

    rows: list[tuple[int, Reason]]
    page: int
    has_next: bool


def listing(
    actor: Actor, *, today: date, q: str = "", reason: Reason | None = None, page: int = 1
) -> tuple[Listing, dict[Reason, int]]:
    """Return a page of the caseload, most urgent first, and how many stand under each reason.

    What is counted holds the first page of everybody, which then need not be read again.
    """
    counted = list(_read(Caseload.objects.visible_to(actor), today, None, COUNTED))
    first, most = (page - 1) * PAGE, page * PAGE + 1
    found = counted[:most]
    if q or reason or page > 1:
        found = list(_read(narrowed(actor, q), today, reason, most)[first:most])
    rows = [(pk, Reason(why)) for pk, why, _place in found[:PAGE]]
    numbers = Counter(why for _pk, why, _place in counted)
    shown = Listing(rows, page, has_next=len(found) > PAGE)
    return shown, {one: numbers[one] for one in Reason}


def _read(
    rows: QuerySet[Caseload], today: date, reason: Reason | None, most: int
) -> QuerySet[Caseload, tuple[int, int, datetime]]:
    """Join the stretches, each read to `most` rows: (pk, reason, what it is ordered by)."""
    parts = [
        rows.filter(one.condition)
        .annotate(reason=Value(int(one.reason)), place=Cast(F(one.order), DateTimeField()))
        .order_by(one.order, "pk")
        .values_list("pk", "reason", "place")[:most]
        for one in stretches(today)
        if reason in {None, one.reason}
    ]
    union = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return union.order_by("reason", "place", "pk") if len(parts) > 1 else union
