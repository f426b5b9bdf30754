"""The npm package `oidc-provider` at localhost."""

import json
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.node import NODE, installed

HERE = Path(__file__).parent


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
        command,
        cwd=installed(HERE, "oidc", "provider.mjs"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
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
