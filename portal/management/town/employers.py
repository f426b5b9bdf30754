"""Invented employers: no company of the real town has a place or an outcome here."""

from __future__ import annotations

from itertools import count, product
from typing import TYPE_CHECKING

from portal.management.town.organisations import EMPLOYER

if TYPE_CHECKING:
    from collections.abc import Iterator

EMPLOYERS = (
    (EMPLOYER, "Lager"),
    ("Sundets Trädgård", "Trädgård"),
    ("Kajkaféet Måsen", "Kafé"),
    ("Backens Bageri", "Bageri"),
    ("Södra Parkens Skötsel AB", "Park"),
    ("Öresunds Städ & Fönster", "Städ"),
    ("Tågaplatsens Livs", "Butik"),
    ("Fyrens Tvätt AB", "Tvätteri"),
    ("Hamntorgets Cykel", "Verkstad"),
    ("Väla Möbelmontage", "Montering"),
    ("Ringstorps Djurstall", "Djur"),
    ("Gröna Gatan Återbruk", "Återbruk"),
    ("Kullens Snickeri", "Snickeri"),
    ("Pålsjö Äldreboende", "Omsorg"),
    ("Stadens Vaktmästeri", "Fastighet"),
)
FRONTS = ("Norra", "Södra", "Östra", "Västra", "Gamla", "Nya", "Lilla", "Stora")
MIDDLES = ("Kajens", "Strandens", "Backens", "Parkens", "Torgets", "Åkerns", "Hamnens", "Ljungens")
TRADES = (
    ("Lager", "Lager"),
    ("Bageri", "Bageri"),
    ("Städ", "Städ"),
    ("Trädgård", "Trädgård"),
    ("Kafé", "Kafé"),
    ("Åkeri", "Transport"),
    ("Livs", "Butik"),
    ("Verkstad", "Verkstad"),
)


def employers() -> Iterator[tuple[str, str]]:
    """Yield name and trade, without end and never twice the same."""
    yield from EMPLOYERS
    taken = {name for name, _trade in EMPLOYERS}
    for number in count(1):
        for front, middle, (trade, field) in product(FRONTS, MIDDLES, TRADES):
            name = f"{front} {middle} {trade}" + (f" {number}" if number > 1 else "")
            if name not in taken:
                yield name, field
