"""docs/security.md promises nothing that no test holds."""

import re

from portal.prepare import BASE_DIR

PAGE = (BASE_DIR / "docs" / "security.md").read_text()
NAMED = re.compile(r"`([\w/]+)::(test_\w+)`")
AN_EXAMPLE = ("participants/test_showing", "test_x")
WITHOUT = {"What the second belt does not stop", "Known doubts", "Left to the town's lawyer"}


def promises():
    """Yield each promise, with the lines that belong to it."""
    for section in PAGE.split("\n## ")[1:]:
        heading, _, text = section.partition("\n")
        if heading not in WITHOUT:
            yield from re.split(r"\n- ", "\n" + text)[1:]


def test_every_promise_names_the_test_that_holds_it():
    held = list(promises())
    assert len(held) > 40
    assert [promise for promise in held if not NAMED.search(promise)] == []


def test_every_test_that_is_named_exists():
    for module, name in set(NAMED.findall(PAGE)) - {AN_EXAMPLE}:
        code = (BASE_DIR / "tests" / f"{module}.py").read_text()
        assert f"\ndef {name}(" in code, f"{module}::{name}"
