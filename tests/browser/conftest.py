"""A real browser against a real server that serves static files as production does."""

import os
import random
from dataclasses import replace
from pathlib import Path

import pytest
from django.test.testcases import LiveServerThread
from playwright.sync_api import sync_playwright

from tests import chromium
from tests.browser import checks
from tests.conftest import signed_in
from tests.size import NIGHTLY, some

WHOLE = 60  # tests that are asked for by name are all run


@pytest.fixture(scope="session")
def browser():
    """Chromium, found by the environment, PATH or Playwright's own store."""
    executable = os.environ.get("CHROMIUM") or chromium.find()
    assert executable, chromium.SENTENCE
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs a loop in this very thread
    with sync_playwright() as play:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        opened = play.chromium.launch(executable_path=executable, args=arguments)
        yield opened
        opened.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def server(transactional_db, settings):
    """The portal on plain http, as the demo is; WhiteNoise answers for the static files."""
    settings.PORTAL_DEMO = True
    settings.WHITENOISE_AUTOREFRESH = False
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.SECURE_SSL_REDIRECT = False
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "session", "csrf"
    thread = LiveServerThread("127.0.0.1", static_handler=lambda application: application)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    assert not thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()
    thread.join()


@pytest.fixture
def cookies(server, settings):
    """Return the cookies of a signed-in actor; none for a visitor."""

    def sign_in(actor=None):
        if actor is None:
            return []
        value = signed_in(actor).cookies[settings.SESSION_COOKIE_NAME].value
        return [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": server}]

    return sign_in


@pytest.fixture
def check_page(check_pages):
    """Look at one page as one person, and fail with every fault: check_page("/idag/", robin)."""

    def check(path, who=None, limits=None):
        check_pages([(path, limits)], who)

    return check


@pytest.fixture
def check_pages(browser, server, cookies):
    """Look at many pages as one person, and tell the faults of all of them."""

    def check(pages, who=None):
        kind = checks.STAFF if who is not None and who.membership else checks.PARTICIPANT
        found = []
        with checks.window(browser, cookies(who)) as context:
            page = context.new_page()
            for path, limits in pages:
                drawn = some((limits or kind).views, 2)  # by day: at two of the sizes and colours
                faults = checks.look(page, server + path, replace(limits or kind, views=drawn))
                found += [f"{path} {line}" for line in faults.lines]
        assert not found, "\n".join(found)

    return check


@pytest.fixture
def open_page(browser, server, cookies):
    """Open a page as one person, under the real policy: open_page("/idag/", robin)."""
    opened = []

    def visit(path, who=None, **options):
        context = browser.new_context(viewport=checks.PHONE, locale="sv-SE", **options)
        opened.append(context)
        context.add_cookies(cookies(who))
        page = context.new_page()
        page.goto(server + path)
        return page

    yield visit
    for context in opened:
        context.close()


def pytest_collection_modifyitems(config, items):
    """Keep half of these tests on a change, drawn by its seed; at night all of them."""
    here = [item for item in items if item.path.parent == Path(__file__).parent]
    if NIGHTLY or len(here) <= WHOLE:
        return
    drawn = random.Random(config.getoption("randomly_seed")).sample(here, len(here) // 2)  # noqa: S311
    left = set(here) - set(drawn)
    items[:] = [item for item in items if item not in left]
    config.hook.pytest_deselected(items=sorted(left, key=here.index))
