"""Every page, looked at as a phone, a desk, a keyboard and a screen reader do."""

from tests.browser import checks
from tests.size import some

# path, and limits where they are not those of the visitor
OPEN_TO_ALL = [
    ("/hjalp/", checks.PUBLIC),
    ("/vem-ser/", checks.LEGAL),
    ("/tillganglighet/", checks.LEGAL),
    ("/mer/", checks.PUBLIC),
    ("/konto/login/", checks.PUBLIC),
    ("/konto/login/?sparat=1", checks.PUBLIC),
    ("/konto/password/reset/", checks.PUBLIC),
    ("/konto/password/reset/done/", checks.PUBLIC),
    ("/konto/password/reset/key/1-x/", checks.PUBLIC),
    ("/konto/password/reset/key/done/", checks.PUBLIC),
    ("/konto/signup/", checks.PUBLIC),
    ("/konto/inactive/", checks.PUBLIC),
]
COMPONENTS = ["/stil/", "/stil/formular/", "/stil/formular/?fel", "/stil/tabeller/"]
# specimens show long words on purpose, and more of everything than a page would
SPECIMENS = checks.Limits(kilobytes=60, requests=6, lix=99, words=30, nodes=1_500)


def test_pages_open_to_all(check_pages):
    check_pages(some(OPEN_TO_ALL, 4))


def test_every_component_in_every_state(check_pages, robin):
    check_pages([(path, SPECIMENS) for path in COMPONENTS])
    check_pages([("/stil/", SPECIMENS)], robin)  # in a participant's frame


def test_page_that_does_not_exist(check_page, server, robin, guide):
    for who in some([None, robin, guide], 1):
        check_page("/finns-inte/", who)
