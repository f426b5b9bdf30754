"""Make what a start needs beside servers, and only when it is stale: texts and static files."""

from __future__ import annotations

import fcntl
import hashlib
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from portal import translations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from portal.processes import Children

BASE_DIR = Path(__file__).resolve().parent.parent
APPS = ("activities", "employers", "participants", "portal")
CACHE = BASE_DIR / ".cache"
LOCK = "requirements.txt"
RULES = ("deploy/roles.sql", "portal/access.py", "portal/policies.py")  # migrations read them
SETTINGS = "portal/settings.py"


def manage(*command: str) -> list[str | Path]:
    """Return the command line of a Django command."""
    return [sys.executable, BASE_DIR / "manage.py", *command]


def texts() -> None:
    """Compile the Swedish texts."""
    translations.compile_stale()


def static_files(children: Children, *, root: Path, log: Path, env: Mapping[str, str]) -> None:
    """Hash and compress the static files into a directory, unless they lie there already."""
    CACHE.mkdir(exist_ok=True)
    stamp = CACHE / f"{root.name}.sources"
    with held(stamp.with_suffix(".lock")):
        now = fingerprint([LOCK, SETTINGS], ["static"])
        if _read(stamp) == now and (root / "staticfiles.json").exists():
            return
        stamp.unlink(missing_ok=True)
        children.run(
            "collectstatic",
            manage("collectstatic", "--no-input", "--verbosity=0"),
            log=log,
            env={**env, "STATIC_ROOT": str(root)},
        )
        stamp.write_text(now)


def schema() -> str:
    """Return a fingerprint of all that decides what the tables look like."""
    migrations = [found for app in APPS for found in (BASE_DIR / app).rglob("migrations")]
    return fingerprint([LOCK, SETTINGS, *RULES], sorted(migrations))


def fingerprint(files: Iterable[str], folders: Iterable[str | Path]) -> str:
    """Return a hash of names and contents, the same on every machine."""
    digest = hashlib.sha256()
    paths = [BASE_DIR / name for name in files]
    for folder in folders:
        paths += sorted((BASE_DIR / folder).rglob("*"))
    for path in paths:
        if path.is_file() and path.suffix != ".pyc":
            digest.update(f"{path.relative_to(BASE_DIR)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a lock between processes; it is free again when its holder dies."""
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""
