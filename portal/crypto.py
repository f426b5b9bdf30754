"""Seal what must not be read in the database: personal numbers and drafts.

AES-256-GCM with the key's name stored beside the value, so that keys can be rotated. A personal
number is found again by a keyed hash, since the few that are possible could be tried in minutes.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import b64decode
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12  # bytes, as AES-GCM wants


@cache
def _keys(setting: str) -> dict[bytes, bytes]:
    """Read `id:base64,id:base64`; the first one seals, all of them open."""
    pairs = (part.strip().split(":", 1) for part in setting.split(","))
    return {name.encode(): b64decode(key) for name, key in pairs}


def keys() -> dict[bytes, bytes]:
    """Return the keys by name, the current one first."""
    return _keys(settings.PORTAL_DATA_KEY)


def seal(text: str, *, context: str) -> bytes:
    """Encrypt a text; `context` says whose it is, and must be the same when opened."""
    name, key = next(iter(keys().items()))
    nonce = os.urandom(NONCE)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), context.encode())
    return name + b":" + nonce + sealed


def unseal(value: bytes, *, context: str) -> str:
    """Decrypt what `seal` made; raises InvalidTag when value or context was changed."""
    name, _, rest = value.partition(b":")
    return AESGCM(keys()[name]).decrypt(rest[:NONCE], rest[NONCE:], context.encode()).decode()


def look_up(text: str) -> list[bytes]:
    """Return the keyed hashes under which a text may be stored, the current key's first."""
    return [
        hmac.digest(hashlib.sha256(b"look-up" + key).digest(), text.encode(), "sha256")
        for key in keys().values()
    ]
