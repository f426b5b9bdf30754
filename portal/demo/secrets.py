"""What a data directory keeps for itself: keys and passwords, made once."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass
from secrets import token_bytes, token_urlsafe
from typing import TYPE_CHECKING, Self

from portal.embedded import Passwords

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Secrets:
    """What is sealed today must open tomorrow, so these outlive every start."""

    secret_key: str
    data_key: str
    superuser: str
    owner: str
    app: str
    valkey: str
    push_key: str

    @classmethod
    def of(cls, path: Path) -> Self:
        """Read them; what is missing is made, and kept for nobody else to read."""
        key = f"demo:{base64.b64encode(token_bytes(32)).decode()}"
        names = ("superuser", "owner", "app", "valkey", "push_key")
        fresh = {"secret_key": token_urlsafe(64), "data_key": key}
        held = json.loads(path.read_text()) if path.exists() else {}
        known = cls(**fresh | {name: token_urlsafe(32) for name in names} | held)
        if asdict(known) != held:
            half = path.with_suffix(".new")
            half.touch(mode=0o600)
            half.write_text(json.dumps(asdict(known)))
            half.rename(path)
        return known

    @property
    def passwords(self) -> Passwords:
        return Passwords(self.superuser, self.owner, self.app, self.valkey)
