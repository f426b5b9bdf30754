"""A sign in the browser: the worker's own words, the same for everybody, one at a time."""

import time

from tests.reminders.test_push import KEY

SHOWN = """async () => {
  const held = await navigator.serviceWorker.getRegistration("/idag/");
  return (await held.getNotifications()).map(({ title, body }) => [title, body]);
}"""


def test_a_sign_shows_one_line_that_is_the_same_for_everybody(open_page, server, robin):
    page = open_page("/idag/", robin)
    page.context.grant_permissions(["notifications"], origin=server)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    wire, found = page.context.new_cdp_session(page), []
    wire.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(one["registrationId"] for one in told["registrations"]),
    )
    wire.send("ServiceWorker.enable")
    deadline = time.monotonic() + 20
    while not found:
        assert time.monotonic() < deadline
        page.wait_for_timeout(20)
    # several come: a worker that is just starting may miss one, and those shown are never two
    shown = []
    while len(shown) < 3:
        assert time.monotonic() < deadline
        wire.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": server, "registrationId": found[-1], "data": ""},
        )
        page.wait_for_timeout(100)
        if now := page.evaluate(SHOWN):
            shown.append(now)
    assert shown == [[["Du har något nytt", ""]]] * 3


def test_a_phone_that_says_no_is_told_what_to_do(open_page, robin, settings):
    settings.PUSH_KEY = KEY
    page = open_page("/signal/", robin)
    assert not page.get_by_text("kan inte visa signaler").is_visible()
    page.get_by_role("button", name="Slå på").click()
    page.get_by_text("Telefonen sa nej.").wait_for()
    assert page.get_by_role("button", name="Slå på").is_enabled()
