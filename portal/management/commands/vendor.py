"""Fetch what others made: htmx, the font and the icons. The result is committed.

Needs npm and the development tools; nobody who only runs the portal needs either.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

HTMX = ("htmx.org", "2.0.11")
FIGTREE = ("@fontsource-variable/figtree", "5.3.0")
LUCIDE = ("lucide-static", "1.62.0")

# Latin-1, and dashes, quotation marks, ellipsis, euro and minus; the rest is the system's font.
PUNCTUATION = [*range(0x2013, 0x2023), 0x2026, 0x2039, 0x203A, 0x20AC, 0x2212]
CHARACTERS = [*range(0x20, 0x7F), *range(0xA0, 0x100), *PUNCTUATION]
WEIGHTS = (400, 700)
FONT_BUDGET = 18_000  # bytes, of the 60 kB of a first visit (interface.md 5)

# At most 24, and each stands beside words: an icon alone says nothing to many of us.
ICONS = (
    *("briefcase", "bus", "calendar-days", "check", "chevron-left", "chevron-right"),
    *("circle-alert", "clock", "door-open", "eye", "heart-handshake", "info"),
    *("list-checks", "lock", "map-pin", "menu", "message-circle", "pencil"),
    *("phone", "plus", "printer", "search", "sun", "user-round"),
)


@dataclass(frozen=True)
class Package:
    """One npm package, unpacked."""

    name: str
    version: str
    licence: str
    folder: Path
    sha256: str


def fetch(spec: tuple[str, str], into: Path) -> Package:
    """Fetch one package of an exact version through npm, which checks its integrity."""
    name, version = spec
    npm = shutil.which("npm")
    if npm is None:
        message = "vendor needs npm; install Node.js, or keep static/vendor as it is."
        raise CommandError(message)
    packed = subprocess.run(  # noqa: S603 - the arguments are the constants above
        [npm, "pack", "--json", f"{name}@{version}"],
        cwd=into,
        capture_output=True,
        text=True,
        check=False,
    )
    if packed.returncode:
        message = f"npm could not fetch {name} {version}: {packed.stderr.strip()[-300:]}"
        raise CommandError(message)
    archive = into / str(json.loads(packed.stdout)[0]["filename"])
    folder = into / re.sub(r"\W", "-", name)
    with tarfile.open(archive) as packed_files:
        packed_files.extractall(folder, filter="data")
    about = json.loads((folder / "package/package.json").read_text("utf-8"))
    checksum = hashlib.sha256(archive.read_bytes()).hexdigest()
    return Package(name, version, about["license"], folder / "package", checksum)


def write_font(package: Package, to: Path) -> None:
    """Keep two weights' span and the characters we write; tabular figures stay."""
    font = TTFont(
        package.folder / "files/figtree-latin-wght-normal.woff2",
        recalcTimestamp=False,  # the same font each time
    )
    instancer.instantiateVariableFont(font, {"wght": WEIGHTS}, inplace=True)
    options = subset.Options(flavor="woff2", layout_features=["kern", "mark", "tnum"])
    keep = subset.Subsetter(options)
    keep.populate(unicodes=CHARACTERS)
    keep.subset(font)
    subset.save_font(font, to, options)
    if to.stat().st_size > FONT_BUDGET:
        message = f"The font weighs {to.stat().st_size} bytes, more than {FONT_BUDGET}."
        raise CommandError(message)


def write_icons(package: Package, to: Path) -> None:
    """Put the drawings in one sprite that the icon tag reads."""
    symbols = []
    for name in ICONS:
        drawing = (package.folder / f"icons/{name}.svg").read_text("utf-8")
        inner = re.sub(r"\s*\n\s*", "", re.split(r"<svg[^>]*>|</svg>", drawing)[1])
        symbols.append(f'<symbol id="{name}">{inner.replace(" />", "/>")}</symbol>')
    lines = ['<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>", ""]
    to.write_text("\n".join(lines), "utf-8")


class Command(BaseCommand):
    help = "Fetch htmx, the font and the icons into static/vendor, with versions and licences."
    requires_system_checks = []

    def handle(self, **options: Any) -> None:
        vendor = Path(settings.BASE_DIR) / "static/vendor"
        vendor.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as scratch:
            htmx, figtree, lucide = (fetch(one, Path(scratch)) for one in (HTMX, FIGTREE, LUCIDE))
            shutil.copyfile(htmx.folder / "dist/htmx.min.js", vendor / "htmx.min.js")
            write_font(figtree, vendor / "figtree.woff2")
            write_icons(lucide, vendor / "icons.svg")
            made = [
                (htmx, "htmx.min.js", "copied"),
                (figtree, "figtree.woff2", "Latin-1, weights 400 to 700"),
                (lucide, "icons.svg", f"{len(ICONS)} symbols in one file"),
            ]
            for package, file, _ in made:
                shutil.copyfile(
                    package.folder / "LICENSE", vendor / f"LICENSE-{file.split('.')[0]}"
                )
        (vendor / "VERSIONS.md").write_text(versions(vendor, made), "utf-8")
        for _, file, _ in made:
            self.stdout.write(f"{file}: {(vendor / file).stat().st_size} bytes")


def versions(vendor: Path, made: list[tuple[Package, str, str]]) -> str:
    """Say where each file comes from, under which licence, and how to recognise it."""
    rows = [
        "# What others made\n",
        "Written by `manage.py vendor`; change the versions there. The licences stand beside.\n",
        "| File | Package | Licence | What we did | sha256 of the file | sha256 of the package |",
        "|---|---|---|---|---|---|",
    ]
    for package, file, change in made:
        checksum = hashlib.sha256((vendor / file).read_bytes()).hexdigest()
        rows.append(
            f"| `{file}` | {package.name} {package.version} | {package.licence} | {change}"
            f" | `{checksum}` | `{package.sha256}` |"
        )
    return "\n".join(rows) + "\n"
