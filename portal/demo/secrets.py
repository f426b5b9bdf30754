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

    @classmethod
    def of(cls, path: Path) -> Self:
        """Read them, or make and keep them for nobody else to read."""
        if not path.exists():
            key = f"demo:{base64.b64encode(token_bytes(32)).decode()}"
            made = cls(token_urlsafe(64), key, *(token_urlsafe(32) for _ in range(4)))
            half = path.with_suffix(".new")
            half.touch(mode=0o600)
            half.write_text(json.dumps(asdict(made)))
            half.rename(path)
        return cls(**json.loads(path.read_text()))

    @property
    def passwords(self) -> Passwords:
        return Passwords(self.superuser, self.owner, self.app, self.valkey)
