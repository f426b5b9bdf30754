"""A place at a session, or one in the line for it: of people with a record, and of guests."""

from __future__ import annotations

from typing import Self

from django.db import models


class PlacesQuerySet[PlaceT: models.Model](models.QuerySet[PlaceT]):
    """Who means to come, and who stands in line for it: with a record, or without an account."""

    def kept(self) -> Self:
        """Return those that have not been taken back, also who waits in line for a place."""
        return self.filter(withdrawn_at=None)

    def standing(self) -> Self:
        """Return those who mean to come, and have a place where places are counted."""
        return self.kept().filter(waiting_since=None, answer_by=None)

    def waiting(self) -> Self:
        """Return those in line, the longest first."""
        return self.kept().filter(waiting_since__isnull=False).order_by("waiting_since", "pk")

    def offered(self) -> Self:
        """Return those for whom a place is held until they answer."""
        return self.kept().filter(answer_by__isnull=False)


class InLine(models.Model):
    """Somebody who means to come, waits for a place, or is asked whether they want it."""

    withdrawn_at = models.DateTimeField(null=True, editable=False)
    waiting_since = models.DateTimeField(null=True, editable=False)
    offered_at = models.DateTimeField(null=True, editable=False)
    answer_by = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True
