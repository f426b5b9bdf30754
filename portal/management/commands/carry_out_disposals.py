"""Carry out the disposals that two managers have decided: what beat does once an hour."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from portal.pages.retention import removing


class Command(BaseCommand):
    help = "Remove, or hand over to the archive, what has been decided. Goes on where it was."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(json.dumps(removing.carry_out()))
