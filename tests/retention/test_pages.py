"""Two managers, a list, and a second look: the pages of retention."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from participants.models import Contact
from portal.models import AuditEvent, InfoType
from portal.pages.retention.models import Disposal, Entry, Hold, Rule
from portal.permissions import Role
from tests.factories import UnitFactory
from tests.retention.factories import RuleFactory


@pytest.fixture
def proposed(acting, karin, mika):
    acting(karin).post(reverse("retention:propose"), {"submission_id": str(uuid4())})
    return Disposal.objects.get()


def confirm(browser, disposal, **fields):
    url = reverse("retention:disposal_confirm", args=[disposal.public_id])
    return browser.post(url, {"has_read": "on", **fields})


def test_manager_reads_what_may_go_and_no_name(acting, karin, mika):
    page = acting(karin).get(reverse("retention:overview")).text
    assert "1 person vars stöd har avslutats" in page
    assert "Gå vidare till ett förslag" in page
    assert "Mika" not in page


def test_proposal_shows_initials_and_stands_in_the_log(acting, karin, mika, proposed):
    url = reverse("retention:disposal_detail", args=[proposed.public_id])
    page = acting(karin).get(url).text
    assert "MD" in page
    assert str(mika.public_id)[:8] in page
    assert "Mika" not in page
    line = AuditEvent.objects.filter(subject="disposal", act="LIST").latest("pk")
    assert line.participants == [mika.pk]


def test_same_proposal_sent_twice_is_one(acting, karin, mika):
    form = {"submission_id": str(uuid4())}
    browser = acting(karin)
    answers = {browser.post(reverse("retention:propose"), form).url for _ in range(2)}
    assert len(answers) == 1
    assert Disposal.objects.count() == 1
    second = browser.post(reverse("retention:propose"), {"submission_id": str(uuid4())})
    assert "Det finns redan ett förslag." in second.text


def test_whoever_proposed_cannot_confirm(acting, karin, proposed):
    answer = confirm(acting(karin), proposed)
    assert answer.status_code == 422
    assert "En annan chef bekräftar." in answer.text
    proposed.refresh_from_db()
    assert proposed.confirmed_at is None


def test_second_manager_confirms_and_anybody_of_the_two_stops_it(acting, karin, bo, proposed):
    assert confirm(acting(bo), proposed, has_read="").status_code == 422
    assert confirm(acting(bo), proposed).status_code == 302
    proposed.refresh_from_db()
    assert proposed.not_before > timezone.now() + timedelta(hours=23)
    acting(karin).post(reverse("retention:disposal_withdraw", args=[proposed.public_id]))
    proposed.refresh_from_db()
    assert proposed.withdrawn_by == karin.user
    assert not Entry.objects.exists()
    assert Contact.objects.exists()


def test_manager_of_another_authority_finds_nothing(acting, member, social, proposed):
    stranger = acting(member(Role.MANAGER, social))
    url = reverse("retention:disposal_detail", args=[proposed.public_id])
    assert stranger.get(url).status_code == 404
    assert confirm(stranger, proposed).status_code == 404


def test_whoever_proposed_answers_where_the_birth_date_is_not_known(
    acting, karin, bo, left, labour
):
    left()
    for kind in (InfoType.CONTACT, InfoType.FOLLOW_UP):
        RuleFactory(owner=labour, info_type=kind)
    acting(karin).post(reverse("retention:propose"), {"submission_id": str(uuid4())})
    entry = Entry.objects.first()
    url = reverse("retention:entry_answer", args=[entry.public_id])
    assert acting(bo).post(url, {"svar": "bort"}).status_code == 403
    assert acting(karin).post(url, {"svar": "kanske"}).status_code == 404
    acting(karin).post(url, {"svar": "bort"})
    assert set(Entry.objects.values_list("archive", flat=True)) == {False}  # all of the person's
    confirm(acting(bo), entry.disposal)
    acting(karin).post(url, {"svar": "arkiv"})
    assert set(Entry.objects.values_list("archive", flat=True)) == {False}


def test_manager_sets_and_ends_a_hold(acting, karin, mika):
    browser = acting(karin)
    url = reverse("retention:hold_set", args=[mika.public_id])
    assert browser.post(url, {"reason": ""}).status_code == 422
    for _ in range(2):
        browser.post(url, {"reason": "Överklagat beslut"})
    assert Hold.objects.in_force().get().reason == "Överklagat beslut"
    page = browser.get(reverse("retention:overview")).text
    assert "Överklagat beslut" in page
    assert "Inget kan tas bort i dag." in page
    browser.post(reverse("retention:hold_end", args=[mika.public_id]))
    assert not Hold.objects.in_force().exists()


@pytest.fixture
def alma(member):
    return member(Role.ADMINISTRATOR, UnitFactory(), first_name="Alma", last_name="Berg")


def rule(**fields):
    return {
        "submission_id": str(uuid4()),
        "info_types": ["2", "9"],
        "trigger": "LAST_NOTE",
        "years": "5",
        "archive_days": "5, 15, 25",
        "valid_from": str(timezone.localdate()),
        "source": "Nämndens beslut den 1 mars",
    } | fields


def test_administrator_writes_a_rule_and_the_one_before_ends_the_day_before(acting, alma, labour):
    held = RuleFactory(owner=labour, info_type=InfoType.PLAN, years=3)
    url = reverse("retention:rule_add", args=[labour.pk])
    assert acting(alma).post(url, rule()).status_code == 302
    held.refresh_from_db()
    today = timezone.localdate()
    assert held.valid_to == today - timedelta(days=1)
    now = Rule.objects.on(today).get(info_type=InfoType.PLAN)
    assert (now.years, now.archive_days, now.checked_by) == (5, [5, 15, 25], alma.user)
    page = acting(alma).get(reverse("retention:rule_list", args=[labour.pk])).text
    assert "5 år från den senaste anteckningen i akten" in page
    assert "Ingen regel" in page


def test_rule_sent_twice_is_one_and_a_second_one_that_day_is_refused(acting, alma, labour):
    url = reverse("retention:rule_add", args=[labour.pk])
    form = rule()
    for _ in range(2):
        assert acting(alma).post(url, form).status_code == 302
    assert Rule.objects.count() == 2
    answer = acting(alma).post(url, rule())
    assert "Det finns redan en regel som börjar då eller senare." in answer.text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("archive_days", "5, 32", "Skriv dagar i månaden"),
        ("years", "0", "minst 1"),
        ("valid_from", "2020-01-01", "Välj i dag eller en senare dag."),
        ("source", "", "Skriv vilken lag eller vilket beslut"),
        ("info_types", [], "Vad gäller den för?"),
    ],
)
def test_bad_rule_is_told_and_not_saved(acting, alma, labour, field, value, words):
    url = reverse("retention:rule_add", args=[labour.pk])
    answer = acting(alma).post(url, rule(**{field: value}))
    assert answer.status_code == 422
    assert words in answer.text
    assert not Rule.objects.exists()


def test_administrator_sees_the_rules_and_no_person(acting, alma, karin, mika, proposed, labour):
    browser = acting(alma)
    assert browser.get(reverse("retention:overview")).status_code == 403
    page = browser.get(reverse("retention:rule_list", args=[labour.pk])).text
    assert "Mika" not in page
    assert not re.search(r"\bMD\b", page)  # a token of the page may hold the two letters
