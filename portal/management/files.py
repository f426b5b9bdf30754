"""What the commands that import a file have in common: read it whole, and end with a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from pathlib import Path

MEGABYTE = 1024 * 1024


def read(path: Path, *, most: int) -> bytes:
    """Return what a file of at most so many megabytes holds, or say in a sentence why not."""
    try:
        if path.stat().st_size > most * MEGABYTE:
            text = _("The file is larger than %(most)d MB: split it.") % {"most": most}
            raise CommandError(text)
        return path.read_bytes()
    except FileNotFoundError:
        raise CommandError(_("There is no file %(file)s.") % {"file": path}) from None
    except OSError:
        raise CommandError(_("%(file)s cannot be read.") % {"file": path}) from None


def nothing_imported(wrong: int) -> CommandError:
    """Return how a command ends that has written nothing, since rows are wrong."""
    message = ngettext(
        "Nothing was imported: %(number)s row is wrong.",
        "Nothing was imported: %(number)s rows are wrong.",
        wrong,
    )
    return CommandError(message % {"number": wrong})
