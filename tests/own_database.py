"""A database beside that of the tests, filled by the real command in a process of its own."""

import os
import subprocess

import psycopg

from portal.embedded import SUPERUSER
from portal.prepare import manage
from tests.servers import running_servers


class Database:
    """Made empty; to be dropped in the end."""

    def __init__(self, name):
        self.name = f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
        running_servers().make_fresh(self.name)

    def run(self, *command, **environment):
        """Run a command of manage.py and return how it ended."""
        return subprocess.run(  # noqa: S603
            [str(word) for word in manage(*command, "--skip-checks")],
            env=os.environ | running_servers().environment(self.name) | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def ask(self, question):
        address = running_servers().postgresql.url(SUPERUSER, self.name)
        with psycopg.connect(address) as connection:
            return connection.execute(question).fetchall()

    def one(self, question):
        return self.ask(question)[0][0]

    def drop(self):
        with psycopg.connect(
            running_servers().postgresql.url(SUPERUSER, "postgres"), autocommit=True
        ) as admin:
            admin.execute(f"DROP DATABASE {self.name} WITH (FORCE)")
