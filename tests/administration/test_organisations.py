"""The tree of the town: added to, renamed, closed when nothing is left in it."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.models import Access, AuditEvent, Ground, Organisation, OrganisationKind
from portal.permissions import Role
from tests.factories import DepartmentFactory, ParticipantFactory, UnitFactory


@pytest.fixture
def empty(labour):
    return UnitFactory(parent=labour, name="Tomma enheten")


def test_unit_is_added_below_its_department_which_answers_for_it(post, labour):
    post("unit_add", labour.pk, name="Guiderna Väst", phone="040-628 04 05")
    added = Organisation.objects.get(name="Guiderna Väst")
    assert (added.kind, added.parent, added.owner) == (OrganisationKind.UNIT, labour, labour)
    assert added.verified_on == timezone.localdate()


def test_association_answers_for_itself(post):
    post("organisation_add", name="Nya föreningen", kind="ASSOCIATION", phone="")
    added = Organisation.objects.get(name="Nya föreningen")
    assert added.owner == added


def test_manager_of_the_department_reaches_a_new_unit_at_once(post, labour, member):
    head = member(Role.MANAGER, labour)
    post("unit_add", labour.pk, name="Guiderna Väst", phone="")
    added = Organisation.objects.get(name="Guiderna Väst")
    reach = Access.objects.filter(membership_id=head.membership.pk, ground=Ground.MANAGER)
    assert reach.filter(unit_id=added.pk).exists()


def test_tree_is_at_most_four_levels_deep(post, unit):
    for name in ("Tredje", "Fjärde"):
        post("unit_add", unit.pk, name=name, phone="")
        unit = Organisation.objects.get(name=name)
    assert post("unit_add", unit.pk, name="Femte", phone="").status_code == 302
    assert not Organisation.objects.filter(name="Femte").exists()


def test_same_form_sent_twice_adds_one(post, labour):
    sending = str(uuid4())
    for _ in range(2):
        post("unit_add", labour.pk, name="Guiderna Väst", phone="", submission_id=sending)
    assert Organisation.objects.filter(name="Guiderna Väst").count() == 1


def test_two_units_of_one_department_have_two_names(post, labour, unit):
    answer = post("unit_add", labour.pk, name=unit.name, phone="")
    assert answer.status_code == 422
    assert "Välj ett annat namn." in answer.text


def test_unit_is_renamed_and_confirmed(post, unit):
    post("organisation_change", unit.pk, name="Guiderna Mitt", phone="", version=unit.version)
    unit.refresh_from_db()
    assert (unit.name, unit.verified_on) == ("Guiderna Mitt", timezone.localdate())


def test_second_of_two_who_rename_is_told_and_loses_no_word(post, unit):
    post("organisation_change", unit.pk, name="Guiderna Mitt", phone="", version=1)
    answer = post("organisation_change", unit.pk, name="Guiderna Öst", phone="", version=1)
    assert answer.status_code == 422
    assert 'value="Guiderna Öst"' in answer.text
    unit.refresh_from_db()
    assert unit.name == "Guiderna Mitt"


def test_unit_with_people_in_it_does_not_close_and_names_nobody(post, get, unit, guide):
    ParticipantFactory(main_contact=guide.membership, last_name="Hemlig")
    page = get("organisation_close", unit.pk).text
    assert "1 kollega" in page
    assert "1 person vars kontakt arbetar här" in page
    assert "Hemlig" not in page
    assert post("organisation_close", unit.pk).status_code == 422
    unit.refresh_from_db()
    assert unit.closed_at is None


def test_empty_unit_closes_and_opens_again(post, get, empty):
    assert post("organisation_close", empty.pk).status_code == 302
    assert "Tomma enheten" not in get("account_new", q="tomma").text
    assert post("organisation_open", empty.pk).status_code == 302
    assert "Tomma enheten" in get("account_new", q="tomma").text
    lines = AuditEvent.objects.filter(subject="organisation", subject_id=empty.pk)
    assert lines.count() == 2


def test_organisations_stand_in_swedish_order_and_are_found(get):
    for name in ("Ängens förening", "Zinkens förening", "Åsens förening", "Ödlans förening"):
        DepartmentFactory(name=name)
    page = get("organisation_list", q="förening").text
    places = [page.index(name) for name in ("Zinkens", "Åsens", "Ängens", "Ödlans")]
    assert places == sorted(places)


def test_list_is_paged(get, labour):
    for number in range(53):
        UnitFactory(parent=labour, name=f"Lag {number:02}")
    first, second = get("organisation_list", q="lag"), get("organisation_list", q="lag", sida=2)
    assert "Lag 49" in first.text
    assert "Lag 50" not in first.text
    assert "Lag 52" in second.text


def test_pages_ask_as_many_questions_for_one_row_as_for_many(acting, alma, unit, member):
    browser = acting(alma)
    pages = [
        reverse("administration:account_list"),
        reverse("administration:organisation_list"),
        reverse("administration:organisation_detail", args=[unit.pk]),
    ]
    member(Role.GUIDE)
    few = [asked(browser, page) for page in pages]
    for _ in range(12):
        member(Role.GUIDE)
        UnitFactory()
    assert [asked(browser, page) for page in pages] == few


def asked(browser, page):
    """Return how many questions a page asks the database."""
    with CaptureQueriesContext(connection) as questions:
        assert browser.get(page).status_code == 200
    return len(questions)
