"""Run Django commands as production would: a complete environment, and real servers behind it.

`python -m tests.production makemigrations --check -- check --deploy`: commands are parted by `--`.
"""

import os
import subprocess
import sys

from portal import prepare
from portal.processes import Children
from tests import cluster

UNSET = ("DEBUG", "PORTAL_DEMO")


def main(arguments):
    with cluster.run_directory() as home, Children() as children:
        servers = cluster.start(children, home)
        servers.make_fresh("main")
        env = os.environ | servers.environment() | {"PORTAL_HOSTS": "portal.example.org"}
        env = {name: text for name, text in env.items() if name not in UNSET}
        commands = " ".join(arguments).split(" -- ")
        return max(
            subprocess.run(  # noqa: S603
                prepare.manage(*command.split()), env=env, check=False
            ).returncode
            for command in commands
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
