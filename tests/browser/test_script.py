"""What app.js adds; without it every page still works."""

import re

import pytest

from tests.browser import checks

PAGE = """<!doctype html><html lang="sv"><title>Prov</title><main id="main">{body}</main>
<div id="live" role="status"></div>
<script src="/static/vendor/htmx.min.js"></script><script src="/static/js/app.js"></script>"""
NOTE = """<form method="post" action="/save/" data-draft="/draft/">
<input type="hidden" name="csrfmiddlewaretoken" value="token"><textarea name="text"></textarea>
<button name="way" value="phone">Spara</button></form>"""
LIST = """<form method="post" hx-post="/rows/" hx-target="#rows" hx-swap="outerHTML">
<button>Visa</button></form><div id="rows">gammalt</div>"""


@pytest.fixture
def desk(browser, server):
    """A page of our own with the real scripts, and the list of what it sent."""
    sent = []
    with checks.window(browser, []) as context:
        context.set_default_timeout(5_000)

        def show(body, answers=None):
            def answer(route):
                path = route.request.url.removeprefix(server)
                if path.startswith("/static/"):
                    return route.continue_()
                if path != "/page/":
                    sent.append((path, route.request.post_data or ""))
                held = {"/page/": {"body": PAGE.replace("{body}", body)}} | (answers or {})
                return route.fulfill(content_type="text/html", **held.get(path, {"status": 204}))

            context.route("**/*", answer)
            page = context.new_page()
            page.goto(f"{server}/page/")
            return page

        yield show, sent


def test_what_is_typed_is_sent_to_the_server_after_a_pause(desk):
    show, sent = desk
    page = show(NOTE)
    with page.expect_response("**/draft/"):
        page.get_by_role("textbox").press_sequentially("Ring verkstaden")
    assert sent == [("/draft/", "csrfmiddlewaretoken=token&text=Ring+verkstaden")]


def test_leaving_the_page_sends_what_is_typed_at_once(desk):
    show, sent = desk
    page = show(NOTE)
    page.get_by_role("textbox").fill("Halvvägs")
    with page.expect_response("**/draft/"):
        page.evaluate(
            "Object.defineProperty(document, 'hidden', {value: true});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
    assert sent == [("/draft/", "csrfmiddlewaretoken=token&text=Halvv%C3%A4gs")]


def test_saving_stops_the_draft_and_keeps_the_buttons_answer(desk):
    show, sent = desk
    page = show(NOTE)
    page.get_by_role("textbox").fill("Klart")
    page.get_by_role("button").click()
    page.wait_for_timeout(1_800)  # longer than the pause after which a draft is sent
    assert [path for path, _ in sent] == ["/save/"]
    assert "way=phone" in sent[0][1]


def test_pressing_twice_sends_once(desk):
    show, sent = desk
    page = show(NOTE)
    page.evaluate("const b = document.querySelector('button'); b.click(); b.click(); b.click()")
    page.wait_for_timeout(300)
    assert [path for path, _ in sent] == ["/save/"]


def test_coming_back_lets_the_form_be_sent_again(desk):
    show, sent = desk
    page = show(NOTE)
    page.get_by_role("button").click()
    page.evaluate("dispatchEvent(new Event('pageshow'))")
    page.get_by_role("button").click()
    page.wait_for_timeout(300)
    assert [path for path, _ in sent] == ["/save/", "/save/"]


def test_swap_moves_focus_and_is_read_out(desk):
    show, _sent = desk
    rows = {
        "body": '<div id="rows"><h2 tabindex="-1" data-focus>18 personer</h2></div>',
        "headers": {"HX-Trigger": '{"say": "18 personer"}'},
    }
    page = show(LIST, {"/rows/": rows})
    page.get_by_role("button").click()
    page.wait_for_function("document.activeElement.matches('[data-focus]')")
    assert page.locator("#live").inner_text() == "18 personer"
    assert page.locator("[aria-busy]").count() == 0


def test_focus_is_never_lost_when_a_fragment_names_no_target(desk):
    show, _sent = desk
    page = show(LIST, {"/rows/": {"body": '<div id="rows">nytt</div>'}})
    page.get_by_role("button").click()
    page.get_by_text("nytt").wait_for()
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"


def test_a_visitor_gets_our_script_and_the_one_that_keeps_the_board_offline(open_page):
    page = open_page("/idag/")
    scripts = page.eval_on_selector_all("script", "found => found.map(one => one.src)")
    assert [re.search(r"/js/(\w+)\.[0-9a-f]+\.js$", one)[1] for one in scripts] == [
        "app",
        "offline",
    ]


def test_staff_get_htmx_that_keeps_no_page(open_page, guide):
    page = open_page("/stil/tabeller/", guide)
    config = page.evaluate("htmx.config")
    assert config["historyCacheSize"] == 0
    assert config["allowEval"] is False
    assert config["includeIndicatorStyles"] is False
    assert page.evaluate("document.querySelectorAll('style').length") == 0


def test_form_works_without_script(open_page):
    page = open_page("/stil/formular/", java_script_enabled=False)
    page.get_by_role("button", name="Spara").first.click()
    assert page.title() == "Fel: Formulär – En väg in"
    page.get_by_role("link", name="Skriv nästa steg").click()
    assert page.url.endswith("#id_step")


def test_fault_takes_the_focus(open_page):
    page = open_page("/stil/formular/?fel")
    assert page.evaluate("document.activeElement.className") == "errsum"
    page.get_by_role("link", name="Välj hur ni hördes").click()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") in {"way", "note"}
