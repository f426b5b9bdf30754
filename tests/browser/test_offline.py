"""Without a network: what was last seen on the public board, and nothing of anybody's own."""

import pytest
from django.db import transaction
from playwright.sync_api import Error

from portal.sessions import How
from tests.activities.factories import ActivityFactory, SessionFactory
from tests.conftest import signed_in

READY = """async () => {
  await navigator.serviceWorker.ready;
  for (let tries = 0; tries < 100; tries++) {
    if (await caches.match("/idag/")) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}"""
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const store = await caches.open(name);
    for (const one of await store.keys()) {
      const path = new URL(one.url).pathname;
      found.push([path, path === "/idag/" ? await (await store.match(one)).text() : ""]);
    }
  }
  return found;
}"""
WORKERS = "async () => (await navigator.serviceWorker.getRegistrations()).length"


@pytest.fixture
def cafe(server):
    with transaction.atomic():
        return SessionFactory(activity=ActivityFactory(name="Kaffe och samtal"))


def test_a_visitor_without_network_reads_what_was_last_seen_and_when(open_page, server, cafe):
    page = open_page("/idag/")
    assert not page.get_by_text("Du är utan nät just nu.").is_visible()
    assert page.evaluate(READY)
    page.context.set_offline(True)
    for path in ("/idag/", "/idag/?tempo=lugnt"):
        page.goto(f"{server}{path}")
        banner = page.locator("[data-offline]").inner_text()
        assert "Du är utan nät just nu. Visat senast " in banner
        assert " klockan " in banner
        assert "040-628" in banner
        assert page.get_by_role("link", name="Kaffe och samtal", exact=True).is_visible()
        assert page.evaluate("getComputedStyle(document.body).display") == "flex"  # the stylesheet
    with pytest.raises(Error, match="ERR_"):
        page.goto(f"{server}/hjalp/")


def test_nothing_of_robins_own_is_kept_and_the_public_board_is_what_shows(
    open_page, server, cafe, robin
):
    page = open_page("/idag/", robin)
    assert page.get_by_text("Hej Robin!").is_visible()
    assert page.evaluate(READY)
    page.goto(f"{server}/min-plan/")
    page.goto(f"{server}/idag/")
    assert page.get_by_text("Hej Robin!").is_visible()
    kept = page.evaluate(KEPT)
    assert {path for path, _text in kept if not path.startswith("/static/")} == {"/idag/"}
    assert not any(said in text for _path, text in kept for said in ("Robin", "Samira"))
    page.context.set_offline(True)
    page.goto(f"{server}/idag/")
    assert page.get_by_text("Det här är öppet i dag").is_visible()
    assert not page.get_by_text("Hej Robin!").is_visible()


def test_a_borrowed_telephone_gets_no_worker_and_forgets_one_that_was_there(
    browser, server, cafe, robin, settings, open_page
):
    page = open_page("/idag/")
    assert page.evaluate(READY)
    page.goto(f"{server}/konto/slut/")
    assert page.evaluate(WORKERS) == 0
    assert page.evaluate(KEPT) == []
    name = settings.SESSION_COOKIE_NAME
    borrowed = signed_in(robin, how=How.HANDED, borrowed=True).cookies[name].value
    page.context.add_cookies([{"name": name, "value": borrowed, "url": server}])
    page.goto(f"{server}/idag/")
    assert page.get_by_text("Hej Robin!").is_visible()
    page.wait_for_timeout(300)
    assert page.evaluate(WORKERS) == 0
