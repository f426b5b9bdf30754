"""Swedish for every text: collected from Python and templates, merged and compiled with Babel.

English stands in the code, Swedish in `locale/sv/LC_MESSAGES/django.po`. Nobody needs gettext.
"""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from babel.messages.catalog import Message

BASE_DIR = Path(__file__).resolve().parent.parent
CATALOGUE = BASE_DIR / "locale" / "sv" / "LC_MESSAGES" / "django.po"
CODE = ("activities", "employers", "participants", "portal")
TEMPLATES = "templates"
COMMENTS = ("Translators:",)
HEADER = "# Swedish texts of En väg in: `manage.py messages` collects, merges and compiles."
CONTEXT = (1, "c")
KEYWORDS = {
    name + lazy: places
    for name, places in {
        "_": None,
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": (CONTEXT, 2),
        "npgettext": (CONTEXT, 2, 3),
    }.items()
    for lazy in ("", "_lazy")
} | {"gettext_noop": None}

Found = tuple[str, int, str | tuple[str, ...], list[str], str | None]


class _Catalogue(Catalog):
    """A catalogue whose heading says what Django needs, and no dates that make needless changes."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", "sv"),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


class BrokenTranslation(Exception):
    """A translation would not work: a placeholder is missing, say."""


def collect() -> Catalog:
    """Return every text of the code and the templates, without translations."""
    catalogue = Catalog(locale="sv", domain="django")
    for path, _line, text, comments, context in _found():
        catalogue.add(text, locations=[(path, 1)], auto_comments=comments, context=context)
    return catalogue


def read(path: Path = CATALOGUE) -> Catalog:
    """Return the catalogue as it is stored."""
    if not path.exists():
        return Catalog(locale="sv", domain="django")
    with path.open("rb") as stored:
        return read_po(stored, locale="sv", domain="django")


def merge(template: Catalog, stored: Catalog) -> Catalog:
    """Return the template with all translations we have; what is unused is kept at the end."""
    merged = _Catalogue(locale="sv", domain="django", header_comment=HEADER, fuzzy=False)
    known = {**stored.obsolete, **{_key(message): message for message in stored if message.id}}
    for message in template:
        if not message.id:
            continue
        old = known.pop(_key(message), None)
        translated = message.clone()
        if old is not None and old.pluralizable == message.pluralizable:
            translated.string, translated.user_comments = old.string, old.user_comments
            translated.flags |= old.flags & {"fuzzy"}
        merged[message.id] = translated
    for key, message in known.items():
        if any(_strings(message)):
            merged.obsolete[key] = message
    return merged


def store(catalogue: Catalog, path: Path = CATALOGUE) -> bool:
    """Write a catalogue when it differs; return whether it did. No reader sees half of it."""
    text = BytesIO()
    write_po(text, catalogue, width=100, sort_output=True, include_lineno=False)
    if path.exists() and path.read_bytes() == text.getvalue():
        return False
    _replace(path, text.getvalue())
    return True


def compile_stale(path: Path = CATALOGUE) -> bool:
    """Make the file that Django reads when it is older than ours; return whether it was."""
    compiled = path.with_suffix(".mo")
    if not path.exists():
        return False
    if compiled.exists() and compiled.stat().st_mtime_ns > path.stat().st_mtime_ns:
        return False
    catalogue = read(path)
    for message, faults in catalogue.check():
        problem = f"{path}: {message.id!r}: {'; '.join(map(str, faults))}"
        raise BrokenTranslation(problem)
    made = BytesIO()
    write_mo(made, catalogue)
    _replace(compiled, made.getvalue())
    return True


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the texts that a person would read in English."""
    return [
        str(message.id)
        for message in catalogue
        if message.id and (message.fuzzy or not all(_strings(message)))
    ]


def _found() -> Iterator[Found]:
    for folder in CODE:
        for path in sorted((BASE_DIR / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from _extracted(path, path.read_bytes().splitlines(keepends=True))
    for path in sorted((BASE_DIR / TEMPLATES).rglob("*")):
        if path.is_file():
            python = templatize(path.read_text(), origin=str(path))
            yield from _extracted(
                path, [f"{line.strip()}\n".encode() for line in python.split("\n")]
            )


def _extracted(path: Path, lines: Iterable[bytes]) -> Iterator[Found]:
    source = BytesIO(b"".join(lines))
    name = path.relative_to(BASE_DIR).as_posix()
    for line, text, comments, context in extract(
        "python", source, keywords=KEYWORDS, comment_tags=COMMENTS
    ):
        yield name, line, text, comments, context


def _key(message: Message) -> str | tuple[str, str]:
    text = message.id[0] if isinstance(message.id, (list, tuple)) else message.id
    return (text, message.context) if message.context else text


def _strings(message: Message) -> tuple[str, ...]:
    """Return the translations: one, or one for each plural form, empty where there is none."""
    if isinstance(message.string, (list, tuple)):
        return tuple(message.string) or ("",)
    return (message.string or "",)


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    half.write_bytes(content)
    half.rename(path)
