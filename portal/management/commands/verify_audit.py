"""Tell whether the log is whole: no row changed, none gone, none left unsealed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

MOST = 20  # faults that are named
SAID = {
    "CHAIN": "seal {seal} does not follow the one before it",
    "MISSING": "row {line} of seal {seal} is gone",
    "CHANGED": "row {line} of seal {seal} has been changed",
    "UNSEALED": "row {line} has waited more than five minutes for a seal",
}
WHOLE = """
SELECT count(*), to_char(audit_kept_from(), 'YYYY-MM'), coalesce(encode((
  SELECT digest FROM portal_auditseal ORDER BY no DESC LIMIT 1), 'hex'), '')
FROM portal_auditseal
"""


class Command(BaseCommand):
    help = "Check the log against its seals; name the rows that have been changed or are gone."

    def handle(self, *_args: Any, **_options: Any) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SELECT seal, line, fault FROM audit_faults(%s)", [MOST])
            found = [SAID[fault].format(seal=seal, line=line) for seal, line, fault in cursor]
            cursor.execute(WHOLE)
            seals, since, digest = cursor.fetchone()
        if found:
            message = f"The log is not whole: {'; '.join(found)}."
            raise CommandError(message)
        kept = f", rows kept from {since}" if since else ""
        self.stdout.write(f"The log is whole: {seals} seals{kept}. The last one: {digest}")
