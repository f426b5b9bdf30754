"""Say what to write at the SMS gateways."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.reminders.channels import signs, sms


class Command(BaseCommand):
    help = "Print, for each gateway in SMS_URL, the address that answers are to be posted to."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for name in sms.accounts():
            self.stdout.write(f"{name}\t{signs.reply_address(name)}")
