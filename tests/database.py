"""The database of the tests stands already; registered late, in place of pytest-django's own."""

import pytest


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment):
    """The servers have made it and its owner has migrated it."""
