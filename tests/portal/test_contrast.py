"""Every pair of colours can be read, in light and in dark, chosen by the system or the person."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"
CSS = (STATIC / "css/app.css").read_text("utf-8")

SYSTEM_DARK = ':root:not([data-theme="light"], [data-theme="dark"])'
CHOSEN_DARK = ':root[data-theme="dark"]'
PAIRS = {  # lowest ratio: front/back
    7: """ink/bg ink/surface ink/surface-2 ink/primary-soft ink/plum-soft ink/warn-soft ink/ok-soft
        ink/info-soft ink/danger-soft on-primary-soft/primary-soft""",
    4.5: """ink-2/bg ink-2/surface ink-2/surface-2 primary/bg primary/surface primary/surface-2
        primary/primary-soft primary/plum-soft on-primary/primary on-primary/primary-hover
        plum/surface plum/plum-soft plum-soft/plum ok/surface ok/ok-soft warn/surface
        warn/warn-soft info/info-soft danger/bg danger/surface danger/danger-soft
        focus-ink/focus ink/primary-mid""",
    3: "line-strong/bg line-strong/surface brand/bg primary/bg plum/bg ok/ok-soft",
}


def tokens(selector):
    """Return the colours of one token block, by name."""
    block = re.search(r"(?m)^\s*" + re.escape(selector) + r"\s*{([^}]*)}", CSS).group(1)
    return dict(re.findall(r"--([\w-]+):\s*#([0-9A-F]{6})\b", block))


def luminance(colour):
    channels = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


LIGHT = tokens(":root")
THEMES = {
    "light": LIGHT,
    "dark by the system": LIGHT | tokens(SYSTEM_DARK),
    "dark by choice": LIGHT | tokens(CHOSEN_DARK),
}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("lowest", "pair"),
    [(lowest, pair) for lowest, pairs in PAIRS.items() for pair in pairs.split()],
)
def test_text_stands_out_from_its_ground(theme, lowest, pair):
    front, back = (THEMES[theme][name] for name in pair.split("/"))
    assert ratio(front, back) >= lowest


def test_a_ratio_is_what_the_standard_says():
    assert round(ratio("000000", "FFFFFF"), 2) == 21
    assert round(ratio("777777", "FFFFFF"), 2) == 4.48


def test_dark_is_the_same_whoever_chose_it():
    assert tokens(SYSTEM_DARK) == tokens(CHOSEN_DARK)
    assert set(tokens(CHOSEN_DARK)) <= set(LIGHT)


def test_colours_stand_in_the_token_blocks_only():
    rest = CSS
    for selector in (":root", SYSTEM_DARK, CHOSEN_DARK):
        rest = re.sub(r"(?m)^\s*" + re.escape(selector) + r"\s*{[^}]*}", "", rest, count=1)
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", rest)


def test_what_a_page_carries_is_light():
    assert len(CSS.splitlines()) <= 700
    assert len(gzip.compress(CSS.encode())) <= 14_000
    assert len((STATIC / "css/paper.css").read_text("utf-8").splitlines()) <= 40
    assert len((STATIC / "css/kiosk.css").read_text("utf-8").splitlines()) <= 20
    assert (STATIC / "js/app.js").stat().st_size <= 3_072
    assert (STATIC / "js/door.js").stat().st_size <= 10_240  # for staff, on one page
    assert (STATIC / "js/worker.js").stat().st_size <= 3_072
    assert len(gzip.compress((STATIC / "vendor/htmx.min.js").read_bytes())) <= 20_000
    assert (STATIC / "vendor/figtree.woff2").stat().st_size <= 18_000


def test_drawings_are_few_and_small():
    icons = re.findall(r"<symbol.*?</symbol>", (STATIC / "vendor/icons.svg").read_text("utf-8"))
    places = re.findall(r"<symbol.*?</symbol>", (STATIC / "img/places.svg").read_text("utf-8"))
    assert len(icons) <= 24
    assert max(map(len, icons + places)) < 2_000
