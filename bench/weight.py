"""What a first visit weighs: the page and everything it makes a browser fetch, as it is sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.servers import Web

ASKED = {"Accept-Encoding": "br, gzip"}
FETCHED = re.compile(
    r'<(?:link[^>]*?rel="(?:stylesheet|icon|preload)"[^>]*?href|script[^>]*?src|img[^>]*?src'
    r'|use[^>]*?href)="(/static/[^"#]+)'
)
NAMED = re.compile(r'url\("?([^")]+)"?\)')


def first_visit(web: Web, path: str, cookie: str) -> tuple[int, int]:
    """Return the bytes and the number of requests of a browser that has nothing yet."""
    _status, page = web.get(path, cookie, **ASKED)
    assets = set(FETCHED.findall(page.decode()))
    for sheet in [one for one in assets if one.endswith(".css")]:
        _status, text = web.get(sheet)
        base = sheet.rpartition("/")[0]
        named = (one for one in NAMED.findall(text.decode()) if not one.startswith("data:"))
        assets |= {_joined(base, one) for one in named}
    sizes = [len(web.get(asset, **ASKED)[1]) for asset in assets]
    return len(page) + sum(sizes), 1 + len(sizes)


def _joined(base: str, name: str) -> str:
    """Return where a name in a style sheet leads."""
    parts = base.split("/")
    for part in name.split("#", maxsplit=1)[0].split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return name if name.startswith("/") else "/".join(parts)
