"""Whom one can turn to, and what organisations say of themselves: directory.toml beside this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from activities.models import Sheet, Support
from portal.management.town import words

if TYPE_CHECKING:
    from portal.management.town.order import Town
    from portal.management.town.staff import Staff


class Directory:
    """Supports and sheets, the same in every town."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.supports = town.table(
            Support,
            *("slug", "name", "organisation_id", "summary", "what_they_do", "how", "hours"),
            *("evening", "thresholds", "groups", "also", "phone", "verified_on"),
        )
        self.sheets = town.table(
            Sheet,
            *("organisation_id", "slug", "summary", "what_they_do", "also", "verified_on"),
        )

    def open(self, staff: Staff) -> None:
        """Write what there is."""
        read, today = words.read("directory.toml"), self.town.order.today
        for one in read["supports"]:
            self.supports.add(
                *(one["slug"], one["name"], staff.ids[one["organisation"]]),
                *(one["summary"], one["what_they_do"], one["how"], one.get("hours", "")),
                *(one.get("evening", False), one.get("thresholds", []), one.get("groups", [])),
                *(one.get("also", ""), next(staff.phones), today),
            )
        for one in read["sheets"]:
            self.sheets.add(
                *(staff.ids[one["organisation"]], one["slug"], one["summary"]),
                *(one["what_they_do"], one["also"], today),
            )
