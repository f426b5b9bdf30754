"""Build a town in one transaction: staff, what there is to do, people and their lives."""

from __future__ import annotations

from array import array
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from django.db import connection, transaction

from portal.management.town.directory import Directory
from portal.management.town.offers import Offers
from portal.management.town.order import Town
from portal.management.town.people import People
from portal.management.town.sharing import Sharing
from portal.management.town.staff import LEAST_GUIDES, Staff
from portal.management.town.tables import bare
from portal.management.town.taking_part import TakingPart
from portal.management.town.work import Work
from portal.models import User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from django.db.backends.utils import CursorWrapper

    from portal.management.town.order import Order
    from portal.management.town.staff import Colleague
    from portal.management.town.tables import Batch

IN_INTAKE, LEAST_IN_INTAKE = 0.02, 6
CLOSED = 0.06
CASELOAD = (25, 30)
OWN_PEOPLE = 3  # whose main contact a case manager is
PEOPLE_PER_CASE_MANAGER, LEAST_CASE_MANAGERS = 40, 4
PEOPLE_PER_COACH, LEAST_COACHES = 150, 2
AT_A_TIME = 1000  # people held in memory before they are written


class NotEmpty(Exception):
    """There are accounts in the database already."""


def build(order: Order, *, say: Callable[[str], None]) -> dict[str, int]:
    """Build the town and return the rows of each table. Nothing stays if anything fails."""
    with transaction.atomic(), connection.cursor() as cursor:
        if User.objects.exists():
            raise NotEmpty
        cursor.execute("SET LOCAL TIME ZONE 'Europe/Stockholm'")  # in which moments are written
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        builder = Builder(order)
        tables = builder.town.tables
        with bare(cursor, [table.name for table in tables]):
            _write(cursor, ([table.take() for table in tables] for _ in builder.fill()))
            say("Putting indexes and constraints back.")
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")  # in which Django reads
        for table in tables:
            table.set_sequence(cursor)
            cursor.execute(f"ANALYZE {table.name}")  # or what comes next would be planned blindly
        say("Working out who sees what.")
        cursor.execute("SELECT recount_sign_ups()")
        cursor.execute("SELECT rebuild_access()")
        cursor.execute("SELECT rebuild_directory()")
    return {table.name: table.count for table in tables}


def _write(cursor: CursorWrapper, batches: Iterator[list[Batch]]) -> None:
    """Write each batch while the next one is made up."""

    def write(batch: list[Batch]) -> None:
        for rows in batch:
            rows.write(cursor)

    with ThreadPoolExecutor(max_workers=1) as writer:
        written = writer.submit(write, [])
        for batch in batches:
            written.result()
            written = writer.submit(write, batch)
        written.result()


def count_figures(today: date) -> None:
    """Count the figures of managers anew: a bulk load marks nothing as changed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute("SELECT count_figures(%s, true)", [today])


class Builder:
    """Those who add rows, each for its own tables, and the order in which they come."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.town = Town(order)
        self.staff = Staff(self.town)
        self.offers = Offers(self.town)
        self.directory = Directory(self.town)
        self.people = People(self.town, self.staff)
        self.sharing = Sharing(self.town, self.staff)
        self.taking_part = TakingPart(self.town)
        self.work = Work(self.town, self.staff)

    def fill(self) -> Iterator[None]:
        """Add everything; pause now and then, so that what there is can be written."""
        number = self.order.participants
        waiting = max(LEAST_IN_INTAKE, int(number * IN_INTAKE))
        closed = int(number * CLOSED)
        case_managers = max(LEAST_CASE_MANAGERS, number // PEOPLE_PER_CASE_MANAGER)
        caseloads = self._caseloads(number - waiting - closed - case_managers * OWN_PEOPLE)
        coaches = max(LEAST_COACHES, number // PEOPLE_PER_COACH)
        self.staff.settle(guides=len(caseloads), case_managers=case_managers, coaches=coaches)
        yield
        for programme in self.offers.open(self.staff):
            self.taking_part.offer(programme)
            yield
        self.directory.open(self.staff)
        self.work.open()
        holders = self.staff.guides + self.staff.case_managers
        sizes = caseloads + [OWN_PEOPLE] * case_managers
        yield from self._live(holders, sizes, closed=closed)
        units = sorted({guide.unit_id for guide in self.staff.guides})
        for at in range(waiting):
            self.people.wait(units[at % len(units)])
        yield

    def _caseloads(self, people: int) -> list[int]:
        """Return how many people each guide has, the ordered ones first."""
        sizes = list(self.order.caseloads)
        left = people - sum(sizes)
        if 0 < left < LEAST_GUIDES * CASELOAD[0] and not sizes:
            share, over = divmod(left, LEAST_GUIDES)
            return [share + (at < over) for at in range(LEAST_GUIDES)]
        while left > 0:
            size = min(self.town.dice.between(*CASELOAD), left)
            sizes.append(size)
            left -= size
        return sizes

    def _live(self, holders: list[Colleague], sizes: list[int], *, closed: int) -> Iterator[None]:
        """Deal people to their main contacts in no order, as they came through the years."""
        dice = self.town.dice
        cards = array("I", (at for at, size in enumerate(sizes) for _ in range(size)))
        dice.shuffle(cards)
        ended = len(cards)
        cards.extend(dice.between(0, len(sizes) - 1) for _ in range(closed))
        places = [0] * len(sizes)
        for number, at in enumerate(cards):
            holder, place = holders[at], places[at]
            life = self.people.add(holder, place, is_closed=number >= ended)
            places[at] += 1
            self.sharing.add(life)
            self.taking_part.add(life, holder.user_id)
            self.work.add(life)
            if number % AT_A_TIME == 0:
                yield
