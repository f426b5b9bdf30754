"""A page with planted faults: a check that says nothing here says nothing anywhere."""

from django.utils.csp import build_policy

from tests.browser import checks

CANARY = """<!doctype html><html lang="sv"><head><title>Kanariefågel</title>
<link rel="stylesheet" href="/canary.css"></head><body><main><h1>Kanariefågel</h1>
<p onclick="alert(1)">En brukare söker samordningsförbundets arbetsmarknadspolitiska åtgärder
eftersom handläggaren bedömer förutsättningarna tillräckligt individanpassade men utvärderingen
fortfarande saknas helt.</p>
<img src="/big.png"><input><p class="pale">blek</p><table width="700"><tr><td>bred</td></tr></table>
<p class="thin">Varmestugan är öppen</p>
<a class="bare" href="#x">x</a> <button>+</button>
<p class="cut">avklippt-text-som-är-lång</p>
<script>localStorage.setItem("x", "y")</script><script src="/store.js"></script>
{images}{nodes}</main></body></html>"""
CSS = """body { font: 16px sans-serif } .pale { color: #ccc } .bare { outline: 0 !important }
.thin { width: 2em; overflow-wrap: anywhere }
.cut { width: 5em; overflow: hidden; white-space: nowrap }"""
EXPECTED = {
    *("axe at narrow", "axe at desk", "axe at phone dark"),
    *("overflow at narrow", "overflow at phone dark"),
    *("targets under 44 px", "console", "bytes", "requests", "nodes", "kept in the browser"),
    *("language", "forbidden words", "keyboard", "text at 200 %", "text spacing", "squeezed"),
}


def test_every_check_finds_its_planted_fault(browser, server, settings):
    images = "".join(f'<img alt="" src="/{number}.png">' for number in range(6))
    body = CANARY.replace("{images}", images).replace("{nodes}", "<i></i>" * 800)
    policy = build_policy(settings.SECURE_CSP)
    answers = {
        "/canary/": (body, "text/html", {"Content-Security-Policy": policy}),
        "/canary.css": (CSS, "text/css", {}),
        "/store.js": ('localStorage.setItem("x", "y")', "text/javascript", {}),
    }

    def answer(route):
        path = route.request.url.removeprefix(server)
        text, kind, headers = answers.get(path, ("x" * 12_000, "image/png", {}))
        route.fulfill(body=text, content_type=kind, headers=headers)

    with checks.window(browser, []) as context:
        context.route("**/*", answer)
        found = checks.look(context.new_page(), f"{server}/canary/", checks.PUBLIC)
    assert found.kinds >= EXPECTED, sorted(EXPECTED - found.kinds)


def test_trap_for_the_keyboard_is_found(browser, server):
    trapped = """<!doctype html><main><a href="#a">a</a><a href="#b" id="b">b</a></main><script>
b.addEventListener("keydown", event => event.preventDefault())</script>"""
    with checks.window(browser, []) as context:
        context.route("**/*", lambda route: route.fulfill(body=trapped, content_type="text/html"))
        page = context.new_page()
        page.goto(f"{server}/trap/")
        faults = checks.Faults()
        checks.walked(page, faults)
    assert "keyboard: no way out after 120 steps" in faults.lines
