"""Carry out what two have decided: a line at a time, each in a transaction of its own.

Killed anywhere, it goes on where it was: a line that has gone is no longer there, and a package
that was written before its rows went is written again, with the same words and the same checksum.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from participants.services import personal_numbers
from portal import audit
from portal.actor import system
from portal.context import Purpose, as_system
from portal.models import AuditAct, InfoType, User
from portal.pages.retention.models import Disposal, Entry, Proof

if TYPE_CHECKING:
    from portal.actor import Actor

log = logging.getLogger(__name__)
PURPOSE = "retention"


def carry_out() -> dict[str, int]:
    """Carry out every decision whose time has come; return what happened, in numbers."""
    by = system(PURPOSE)
    counts = {"removed": 0, "archived": 0, "kept": 0, "waiting": 0, "elsewhere": 0}
    for disposal in Disposal.objects.to_do().order_by("pk"):
        for pk in _lines(disposal):
            counts[_one(disposal, pk, by=by)] += 1
        _finish(disposal)
    return counts


@as_system(Purpose.RETENTION)
def _lines(disposal: Disposal) -> list[int]:
    """Return what is decided: notes before their placement, the person's own row last."""
    decided = disposal.entries.filter(archive__isnull=False)
    in_order = decided.order_by("participant", "-rule__info_type", "pk")
    return list(in_order.values_list("pk", flat=True))


def _one(disposal: Disposal, pk: int, *, by: Actor) -> str:
    """Hand over and remove one line; tell what became of it."""
    with as_system(Purpose.RETENTION):
        free = Entry.objects.select_for_update(of=("self",), skip_locked=True)
        entry = free.select_related("rule").filter(pk=pk).first()
        if entry is None:
            return "elsewhere"  # another process was here first
        checksum = ""
        if entry.archive:
            if not settings.PORTAL_ARCHIVE_DIR:
                return "waiting"
            checksum = _hand_over(disposal, entry)
        outcome = _ask("SELECT retention_remove(%s, %s)", [pk, checksum])
        if outcome is None:  # something has been written since, or the person is back
            package(disposal, entry).unlink(missing_ok=True)
            return "kept"
        _forget(outcome["account"])
        audit.record(
            AuditAct.CHANGE,
            "disposal",
            by=by,
            participants=[entry.participant_id],
            subject_id=disposal.pk,
            info_types=[InfoType(entry.rule.info_type)],
        )
    return "archived" if checksum else "removed"


def _hand_over(disposal: Disposal, entry: Entry) -> str:
    """Write the package of a line, whole or not at all; return its checksum."""
    contents = _ask("SELECT retention_contents(%s)", [entry.pk])
    sealed = contents["person"].pop("sealed")
    if sealed:
        number = personal_numbers.opened(contents["person"]["id"], b64decode(sealed))
        contents["person"]["personal_number"] = number
    text = json.dumps(contents, ensure_ascii=False, indent=1, sort_keys=True).encode()
    path = package(disposal, entry)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write(path, text)
    return hashlib.sha256(text).hexdigest()


def package(disposal: Disposal, entry: Entry) -> Path:
    """Return where the archive finds a line of a decision."""
    directory = Path(settings.PORTAL_ARCHIVE_DIR) / str(disposal.public_id)
    return directory / f"{entry.public_id}.json"


def write(path: Path, text: bytes) -> None:
    """Write a file that is on the disk before its rows are gone."""
    draft = path.with_suffix(".part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _forget(account: int | None) -> None:
    """Remove the account that a person leaves; one with traces elsewhere is emptied instead."""
    if account is None:
        return
    user = User.objects.get(pk=account)
    try:
        with transaction.atomic():
            user.delete()
    except ProtectedError:
        if not user.memberships.exists():
            empty(user)


def empty(user: User) -> None:
    """Take the person out of an account that other rows still point at."""
    user.username, user.email, user.phone, user.hours = f"borttagen-{user.pk}", None, "", ""
    user.first_name, user.last_name, user.is_active = "Borttagen", "", False
    user.set_unusable_password()
    user.save()


@as_system(Purpose.RETENTION)
def _finish(disposal: Disposal) -> None:
    """Close a decision when nothing is left to do; what nobody has answered is kept."""
    locked = Disposal.objects.select_for_update(of=("self",)).get(pk=disposal.pk)
    if locked.finished_at or locked.entries.filter(archive__isnull=False).exists():
        return
    kept, _by_model = locked.entries.all().delete()
    locked.kept += kept
    locked.finished_at = timezone.now()
    locked.save(update_fields=["kept", "finished_at"])
    if settings.PORTAL_ARCHIVE_DIR:
        _seal(locked)


def _seal(disposal: Disposal) -> None:
    """Write the list of what a package holds, with the checksum of each file."""
    proofs = Proof.objects.filter(disposal=disposal, is_archived=True).select_related("rule")
    listed = [
        {"sha256": one.sha256, "info_type": one.rule.info_type, "source": one.rule.source}
        for one in proofs.order_by("pk")
    ]
    if not listed:
        return
    package = {"owner": disposal.owner.name, "decision": str(disposal.public_id), "files": listed}
    text = json.dumps(package, ensure_ascii=False, indent=1, sort_keys=True).encode()
    directory = Path(settings.PORTAL_ARCHIVE_DIR) / str(disposal.public_id)
    write(directory / "package.json", text)
    line = f"{hashlib.sha256(text).hexdigest()}  package.json\n"
    write(directory / "package.json.sha256", line.encode())


def _ask(statement: str, values: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        answer = cursor.fetchone()[0]
    return json.loads(answer) if isinstance(answer, str) else answer
