"""Counts the queries of a page, as the tests of activities do."""

from tests.activities.conftest import queries_of

__all__ = ["queries_of"]
