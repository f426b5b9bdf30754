"""Real servers for every test: one PostgreSQL and one Valkey a run, one database a worker.

Each request runs as `portal_app`, as the web does, and a test arranges as the owner of the tables
(tests/database.py); only the test cluster has the grant that this needs. After a test that commits
(`transactional_db`, `live_server`) the database is made anew from the migrated template.
"""

import json
import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from portal import prepare
from portal.processes import Children, ProcessFailed
from tests import cluster

HANDED_DOWN = "PORTAL_TEST_SERVERS"  # from the process that started them to its workers
LEFT_OUT = ("DEBUG", "STATIC_ROOT", "SMS_URL")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config):
    """Start the servers before pytest-django reads the settings."""
    for name in LEFT_OUT:
        os.environ.pop(name, None)
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        use(running_servers(), database=worker, number=1 + int(worker.removeprefix("gw")) % 15)
    else:
        stack = ExitStack()
        early_config.add_cleanup(stack.close)
        try:
            start(stack)
        except ProcessFailed as error:
            raise pytest.UsageError(str(error)) from None
    return (yield)


def start(stack):
    """Start what a run needs, and make what is stale."""
    home = stack.enter_context(cluster.run_directory())
    children = stack.enter_context(Children())
    servers = cluster.start(children, home)
    os.environ[HANDED_DOWN] = json.dumps([str(home), servers.valkey.port])
    stack.callback(os.environ.pop, HANDED_DOWN)
    use(servers, database="main", number=0)
    prepare.texts()
    prepare.static_files(
        children,
        root=prepare.BASE_DIR / "staticfiles",
        log=home / "collectstatic.log",
        env=os.environ,
    )


def use(servers, *, database, number):
    """Make a database for this process and point the settings at it."""
    servers.make_fresh(database)
    os.environ.update(servers.environment(database, number))


def running_servers():
    """Return the servers of this run, in whichever process of it."""
    home, port = json.loads(os.environ[HANDED_DOWN])
    return cluster.Servers(Path(home), port)


def pytest_configure(config):
    from django.test import TransactionTestCase  # noqa: PLC0415 (the settings come first)

    TransactionTestCase._fixture_teardown = make_fresh
    config.pluginmanager.import_plugin("tests.database")


def make_fresh(_test=None):
    """Put the database back as the migrations left it: what a flush as owner cannot do."""
    from django.db import connection, connections  # noqa: PLC0415

    connections.close_all()
    running_servers().make_fresh(connection.settings_dict["NAME"])
