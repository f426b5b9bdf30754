"""Every address of a person or of something of theirs: who asks, about whom, and the answer.

The answers stand in tests/object_table.txt, in groups of pages that answer alike; a page about a
person that is in none of them fails the run. In each column somebody asks (first line) about
somebody (second line; tests/objects.py says who they are to each other). `out` is whoever is out
of reach: of another unit, protected, not there at all, or the id of something of another kind. On
every change a few columns of each page are drawn; in the nightly size all, and each way of `out`.
"""

from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal.models import Membership
from tests.factories import MembershipFactory, ParticipantFactory, UnitFactory
from tests.objects import OF_SOMEBODY, OUT, scene
from tests.size import some
from tests.test_access import URLS, quiet

__all__ = ["quiet"]  # a fixture
NOBODYS = {  # captured ids of what is nobody's own: units, colleagues, places, ways to sign in
    *("membership_id", "organisation_id", "owner_id", "user_id", "session_id", "employer_id"),
    *("disposal_id", "slug", "pk", "provider_id", "key", "uidb36", "secret", "kind_code"),
    *("rule_id", "exception_id", "closing_id", "remark_id"),
    *("found_id", "next_id", "unit_id"),
    *("ask_id", "ask_key", "gateway", "public_id", "token", "sign"),
    *("event_slug", "time_id", "invitation_id", "invited_key", "own_key", "point_id"),
}
TABLE = Path(__file__).with_name("object_table.txt")


def read(text):
    """Return the columns, and for each page what it answers in each of them."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    who, whom = (line.split() for line in lines[:2])
    columns, answers, codes = list(zip(who, whom, strict=True)), {}, []
    for line in lines[2:]:
        if line.startswith(" "):
            codes = line.split()
        else:
            method, name = line.split()
            answers[method, name] = dict(zip(columns, codes, strict=True))
    return columns, answers


COLUMNS, ANSWERS = read(TABLE.read_text())


@pytest.fixture
def town(guide, job_coach, case_manager, leader, member, acting, quiet):
    cast, ids = scene(guide, job_coach, case_manager, leader, member)
    return {who: acting(actor) for who, actor in cast.items()}, ids


def asked(town, method, name, who, whom):
    """Ask, and undo what it changed."""
    browsers, ids = town
    url = reverse(name, kwargs={one: ids[whom][one] for one in URLS[name]})
    with transaction.atomic():
        code = browsers[who].generic(method, url).status_code
        transaction.set_rollback(True)
    return str(code)


def cells(method, name):
    """Draw what is asked: two columns of those in reach, and four ways of being out of it."""
    known = [(who, whom) for who, whom in COLUMNS if whom != "out"]
    out = [(who, whom) for who, column in COLUMNS if column == "out" for whom in OUT]
    for who, whom in [*some(known, 2), *some(out, 4)]:
        column = (who, "out" if whom in OUT else whom)
        yield who, whom, ANSWERS[method, name][column]


def wrong_answers(town, method, name):
    found = [
        (who, whom, asked(town, method, name, who, whom), wanted)
        for who, whom, wanted in cells(method, name)
    ]
    return [(name, *one) for one in found if one[2] != one[3]]


def test_every_page_about_somebody_has_its_answers():
    about = {name for name, captured in URLS.items() if set(captured) & set(OF_SOMEBODY)}
    assert about == {name for _, name in ANSWERS}
    assert {one for captured in URLS.values() for one in captured} <= NOBODYS | set(OF_SOMEBODY)


def test_whoever_is_out_of_reach_is_never_let_in():
    """Of the table itself: a wrong row would be believed."""
    for answers in ANSWERS.values():
        assert {code for (_, whom), code in answers.items() if whom == "out"} <= {"403", "404"}


def test_each_role_gets_the_answer_of_the_table_about_each_person(town):
    wrong = [one for page in ANSWERS for one in wrong_answers(town, *page)]
    assert not wrong


def test_a_page_that_opens_for_any_id_is_found(town, settings):
    settings.ROOT_URLCONF = "tests.holes"
    found = wrong_answers(town, "GET", "person_record")
    assert sum(whom in OUT for _, _, whom, *_ in found) >= 4


def pages_open_to(who, whom):
    """Draw pages that let somebody in to somebody."""
    inside = [one for one in ANSWERS if ANSWERS[one][who, whom] in {"200", "302"}]
    assert len(inside) > 12
    return some(inside, 12)


def test_every_page_shuts_when_robin_takes_back_the_yes(town):
    """Forms that stood open too: what is sent from them is refused (A37)."""
    browsers, ids = town
    pages = pages_open_to("case", "Robin")
    assert asked(town, "GET", "person_record", "case", "Robin") == "200"
    take_back = reverse("participants:consent_withdraw", args=[ids["Robin"]["consent_id"]])
    assert browsers["robin"].post(take_back).status_code == 302
    for method, name in pages:
        assert asked(town, method, name, "case", "Robin") in {"403", "404"}, name
        sent = asked(town, "POST", name, "case", "Robin")
        assert sent in {"403", "404", "405"}, name  # 405: a page that only shows


def test_every_page_shuts_when_the_role_ends(town, guide):
    """Extracts and exports too, in the session that is open (A39)."""
    browsers, ids = town
    Membership.objects.filter(pk=guide.membership_id).update(ended_at=timezone.now())
    session = browsers["guide"].cookies.copy()
    for method, name in pages_open_to("guide", "Robin"):
        browsers["guide"].cookies = session.copy()  # as another tab that knows nothing of it
        url = reverse(name, kwargs={one: ids["Robin"][one] for one in URLS[name]})
        answer = browsers["guide"].generic(method, url)
        assert answer.status_code == 302, name
        assert answer.url.startswith("/konto/login/"), name


def test_a_role_that_ends_leaves_the_other_one_with_its_own_people(town, guide, case_manager):
    """Samira is a case manager too; a tab of the job that ended saves nothing in the other one."""
    browsers, _ = town
    other = MembershipFactory(user=guide.user, unit=UnitFactory(), role=case_manager.role)
    assert asked(town, "GET", "participants:step_write", "guide", "Robin") == "200"
    Membership.objects.filter(pk=guide.membership_id).update(ended_at=timezone.now())
    for method, name in [("GET", "extract_data"), ("POST", "participants:step_write")]:
        assert asked(town, method, name, "guide", "Robin") == "404"
    theirs = ParticipantFactory(main_contact=other)
    page = reverse("person_record", args=[theirs.public_id])
    assert browsers["guide"].get(page).status_code == 200
