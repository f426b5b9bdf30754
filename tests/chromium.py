"""A Chromium for the browser tests: found, or else installed, or else one sentence that says how.

`python -m tests.chromium` is run by `make test`; a test asks `find()`, and never skips.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
IN_STORE = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")
STORES = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright")
WAYS = (
    [[sys.executable, "-m", "playwright", "install", "chromium"]],
    [
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-qq", "--yes", "--no-install-recommends", "chromium"],
    ],
)
SENTENCE = (
    "The browser tests need Chromium: install it, with `apt-get install chromium` for example,"
    " or put one on PATH."
)


def find():
    """Return a Chromium: named by CHROMIUM, on PATH, or in Playwright's store; or None."""
    if named := os.environ.get("CHROMIUM"):
        return Path(named)
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    stores = (
        [os.environ["PLAYWRIGHT_BROWSERS_PATH"]]
        if "PLAYWRIGHT_BROWSERS_PATH" in os.environ
        else STORES
    )
    for store in stores:
        for pattern in IN_STORE:
            if kept := sorted(Path(store).expanduser().glob(pattern)):
                return kept[-1]
    return None


def install():
    """Try Playwright's download, then the system's packages where that is allowed."""
    for way in WAYS:
        if way[0][0] == "apt-get" and (os.geteuid() != 0 or not shutil.which("apt-get")):
            continue
        print(f"Looking for Chromium: {' '.join(way[-1])}", flush=True)
        for command in way:
            subprocess.run(  # noqa: S603
                command,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            )
        if find() and runs(find()):
            return


def runs(chromium):
    """Answer whether it starts: a download may lack the system's libraries."""
    asked = subprocess.run([chromium, "--version"], capture_output=True, check=False)  # noqa: S603
    return asked.returncode == 0


def main():
    if not find() or not runs(find()):
        install()
    if not find() or not runs(find()):
        sys.exit(SENTENCE)


if __name__ == "__main__":
    main()
