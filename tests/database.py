"""The database of the tests stands already; registered late, in place of pytest-django's own."""

import re
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.signals import connection_created


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment):
    """The servers have made it and its owner has migrated it."""


@contextmanager
def undone():
    """Take back what is written, as a test case of Django's does."""
    block = transaction.atomic()
    block._from_testcase = True  # so that a durable block is one inside it, too
    with block:
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def arranged(django_db_setup, django_db_blocker):
    """Let a module arrange once what all its tests look at.

    None of them may ask for `db`, which closes the connection; each is `undone` by itself. Such a
    module stays with one worker: tests/order.py.
    """
    with django_db_blocker.unblock(), undone():
        yield


def pytest_configure():
    """Let every request of a test run as production's do, and what a test arranges as the owner.

    The test cluster lets `portal_app` become the owner. A connection begins as the owner; the
    outermost middleware takes that away for the length of a request. Processes of their own
    (web server, worker, commands) know nothing of this.
    """
    connection_created.connect(become_owner)
    settings.MIDDLEWARE.insert(1, "tests.database.as_portal_app")  # health touches nothing
    settings.WHITENOISE_AUTOREFRESH = True  # or each browser that a test opens looks at every file


def become_owner(connection, **_kwargs):
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE portal_owner")
    connection.execute_wrappers.append(refuse_a_join)


JOINED = re.compile(r'UPDATE ("\w+") SET .* WHERE .*\1\."id" IN \(SELECT .* FROM \1', re.DOTALL)


def refuse_a_join(execute, sql, *args):
    """Stop an update whose condition goes through a join: two at once would both succeed.

    Django puts such a condition into a subquery. Whoever waits for another's change to the row is
    asked anew for what stands in the update itself, and not for what stands in the subquery.
    """
    assert not JOINED.match(str(sql)), f"an update with a join holds nobody back: {sql}"
    return execute(sql, *args)


def as_portal_app(get_response):
    def middleware(request):
        with app_role():
            return get_response(request)

    return middleware


@contextmanager
def app_role():
    """Be the role of web and worker, with nobody acting, until the block ends."""
    connection.ensure_connection()
    uncounted = connection.connection  # by those who count queries
    uncounted.execute("RESET ROLE")
    try:
        yield
    finally:
        uncounted.execute(
            "SET ROLE portal_owner; SELECT set_config('app.user_id', '', true),"
            " set_config('app.membership_id', '', true), set_config('app.purpose', '', true)"
        )
