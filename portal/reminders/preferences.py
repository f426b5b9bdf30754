"""Choose, stop and confirm: each change is in the log, and what is planned follows it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import audit
from portal.actor import system
from portal.context import Purpose, as_system
from portal.models import AuditAct, InfoType
from portal.reminders.kinds import Recipient, registry
from portal.reminders.models import Channel, Reminder, Status, Wish
from portal.reminders.times import not_in_the_quiet
from portal.reminders.ways import NO_CHOICE, WHO_CHOOSES, Preference

if TYPE_CHECKING:
    from collections.abc import Collection

    from portal.actor import Actor

FAILURES = {Channel.EMAIL: "email_failures", Channel.SMS: "phone_failures"}  # in a row, by way


def wish_of(recipient: Recipient) -> Wish:
    """Return what somebody has chosen, as far as the one who asks may read it."""
    key = {"recipient_kind": recipient.kind, "recipient_id": recipient.pk}
    return Wish.objects.filter(**key).first() or Wish(**key, participant_id=_person(recipient))


@transaction.atomic
def choose(*, recipient: Recipient, by: Actor, **chosen: Any) -> Wish:
    """Write what somebody chooses, and let what is planned follow; SMS as a way is a yes to it."""
    wish = _locked(recipient)
    for name, value in chosen.items():
        setattr(wish, name, value)
    takes_sms = Channel.SMS in {wish.channel, *wish.kinds.values()}
    if takes_sms and wish.sms_since is None:
        wish.sms_since, wish.sms_stopped_at = timezone.now(), None
    _save(wish, recipient, by=by)
    return wish


@transaction.atomic
def confirm(*, recipient: Recipient, by: Actor, way: Channel = Channel.SMS) -> None:
    """Write that an address is right: it is used again, and of a number asked in six months."""
    wish = _locked(recipient)
    setattr(wish, FAILURES[way], 0)
    if way == Channel.SMS:
        wish.confirmed_at = timezone.now()
    _save(wish, recipient, by=by)


@as_system(Purpose.REMINDERS)
def stop_sms(phone: str) -> int:
    """Send no more SMS to a number, whoever has it: it said STOPP. Return how many that touched.

    Asking twice changes nothing. Codes to sign in still come: each is asked for when it is sent.
    """
    stopped = 0
    for kind, with_phone in registry.with_phone.items():
        for pk in with_phone(phone):
            recipient = Recipient(kind, pk)
            wish = _locked(recipient)
            if wish.sms_stopped_at:
                continue
            wish.sms_since, wish.sms_stopped_at = None, timezone.now()
            _without_sms(wish)
            _save(wish, recipient, by=system(_("answered STOPP to a message")))
            stopped += 1
    return stopped


def _without_sms(wish: Wish) -> None:
    """Take SMS away as the chosen way, for everything and for each kind."""
    if wish.channel == Channel.SMS:
        wish.channel = ""
    wish.kinds = {code: "" if way == Channel.SMS else way for code, way in wish.kinds.items()}


def count_failure(recipient: Recipient, way: Channel) -> None:
    """Count that an address has refused a message; the second in a row ends its use."""
    counted = FAILURES.get(way)
    if counted is None or recipient.kind not in WHO_CHOOSES:
        return
    wish = _locked(recipient)
    setattr(wish, counted, min(getattr(wish, counted) + 1, 100))
    wish.save(update_fields=[counted])


def forget_failures(recipients: Collection[Recipient], way: Channel) -> None:
    """A message has arrived: what failed before it is no more in a row."""
    for kind in {one.kind for one in recipients}:
        Wish.objects.filter(
            recipient_kind=kind, recipient_id__in=[one.pk for one in recipients if one.kind == kind]
        ).update(**{FAILURES[way]: 0})


def _person(recipient: Recipient) -> int | None:
    return recipient.pk if recipient.is_participant else None


def _locked(recipient: Recipient) -> Wish:
    """Return the row of a recipient, made if need be, so that two who change it wait in line."""
    Wish.objects.get_or_create(
        recipient_kind=recipient.kind,
        recipient_id=recipient.pk,
        defaults={"participant_id": _person(recipient)},
    )
    held = Wish.objects.select_for_update(of=("self",), no_key=True)
    return held.get(recipient_kind=recipient.kind, recipient_id=recipient.pk)


def _save(wish: Wish, recipient: Recipient, *, by: Actor) -> None:
    wish.changed_at = timezone.now()
    wish.save()
    person = _person(recipient)
    if person is not None:
        audit.record(
            AuditAct.CHANGE,
            "wish",
            by=by,
            participants=[person],
            subject_id=wish.pk,
            info_types=[InfoType.CONTACT],
        )
    _follow(recipient, Preference.of(wish))


def _follow(recipient: Recipient, preference: Preference = NO_CHOICE) -> None:
    """Move what is planned and not tried yet to the way and the hours that hold now.

    The key stays, so there is never a second row; a pause is looked at when a row falls due.
    """
    planned = Reminder.objects.filter(
        recipient_id=recipient.pk,
        recipient_kind=recipient.kind,
        status=Status.PLANNED,
        attempt=0,
    )
    with as_system(Purpose.REMINDERS):
        for row in planned.only("pk", "kind", "channel", "due_at", "next_at", "not_after"):
            kind = registry.kinds.get(row.kind)
            if kind is None:
                continue
            first = row.due_at
            if kind.rests:
                first = not_in_the_quiet(row.due_at, row.not_after, preference.rest)
            now = {"channel": preference.chosen(kind), "next_at": first}
            if now != {"channel": row.channel, "next_at": row.next_at}:
                planned.filter(pk=row.pk).update(**now, ready_at=first)
