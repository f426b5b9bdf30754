"""Every text that the portal sends, as it would be read, for those who answer for it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.permissions import Permission, authorize
from portal.reminders import gsm, samples
from portal.reminders.kinds import registry
from portal.reminders.models import Channel, RecipientKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.http import HttpResponse
    from django_stubs_ext import StrOrPromise

    from portal.http import PortalRequest
    from portal.reminders.kinds import ReminderKind

DAYS = {"sv": samples.THURSDAY, "en": samples.WEDNESDAY}  # each the longest in its language


class Text(NamedTuple):
    """One text in one language, and how it is sent."""

    language: str
    subject: str
    text: str
    ways: StrOrPromise
    length: int  # of 160, where it goes by SMS


@require_safe
def reminder_texts(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.REMINDER_FIGURES)
    kinds = [(kind, list(said(kind))) for kind in registry.kinds.values()]
    return render(
        request, "reminders/reminder_texts.html", {"kinds": kinds, "longest": gsm.LONGEST}
    )


def said(kind: ReminderKind) -> Iterator[tuple[StrOrPromise, list[Text]]]:
    """Yield to whom, and what: each text in Swedish and in English, beside each other."""
    each = [samples.samples(kind, language, day) for language, day in DAYS.items()]
    for who, some in groupby(zip(*each, strict=True), lambda pair: pair[0].recipient.kind):
        yield (
            RecipientKind(who).label,
            [
                text
                for pair in some
                for one in zip(DAYS, pair, strict=True)
                for text in _texts(*one)
            ],
        )


def _texts(language: str, sample: samples.Sample) -> Iterable[Text]:
    """Return one text where both ways carry the same, else one for each."""
    by_way = dict(sample.texts)
    subject, letter = sample.message.subject, by_way[Channel.EMAIL]
    short = by_way.get(Channel.SMS)
    if short is None:
        return [Text(language, subject, letter, Channel.EMAIL.label, 0)]
    if short == letter:
        return [Text(language, subject, letter, _("e-mail and SMS"), sample.length)]
    return [
        Text(language, subject, letter, Channel.EMAIL.label, 0),
        Text(language, "", short, Channel.SMS.label, sample.length),
    ]
