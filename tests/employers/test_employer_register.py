"""The register: in Swedish order, searched by typing, closed to those who have no use for it."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from employers.models import Employer
from tests.factories import EmployerFactory, ParticipantFactory, PlacementFactory

LIST = "employers:employer_list"


def words(answer):
    return answer.content.decode()


def test_names_come_in_swedish_order(acting, guide):
    for name in ("Ängelsbäckens Verkstad", "Zenit", "Örat", "Återbruket", "andra chansen"):
        EmployerFactory(name=name)
    page = words(acting(guide).get(reverse(LIST)))
    order = ["andra chansen", "Zenit", "Återbruket", "Ängelsbäckens Verkstad", "Örat"]
    assert sorted(order, key=page.index) == order


@pytest.mark.parametrize("typed", ["CAFÉ", "cafe fy", " fyren "])
def test_search_does_not_mind_capitals_and_accents(acting, guide, typed):
    EmployerFactory(name="Café Fyren")
    EmployerFactory(name="Norra Lagret")
    page = words(acting(guide).get(reverse(LIST), {"q": typed}))
    assert "Café Fyren" in page
    assert "Norra Lagret" not in page


def test_search_without_a_hit_says_so_and_shows_a_way_on(acting, guide):
    page = words(acting(guide).get(reverse(LIST), {"q": "<i>finns inte"}))
    assert "Ingen arbetsgivare har ”&lt;i&gt;finns inte” i namnet." in page
    assert "Visa alla arbetsgivare" in page


def test_long_register_is_paged(acting, guide, labour):
    Employer.objects.bulk_create(
        Employer(name=f"Firma {number:03}", owner=labour) for number in range(51)
    )
    browser = acting(guide)
    first = words(browser.get(reverse(LIST)))
    assert "Firma 049" in first
    assert "Firma 050" not in first
    assert "Firma 050" in words(browser.get(reverse(LIST), {"sida": "2"}))


def test_list_runs_as_many_queries_for_one_as_for_eleven(
    acting, guide, labour, django_assert_num_queries
):
    browser = acting(guide)
    EmployerFactory(owner=labour)
    with CaptureQueriesContext(connection) as one:
        browser.get(reverse(LIST))
    EmployerFactory.create_batch(10, owner=labour)
    with django_assert_num_queries(len(one)):
        browser.get(reverse(LIST))


def test_guide_adds_an_employer_once_and_mends_it(acting, guide):
    browser, sent = acting(guide), {"name": "Café Fyren", "submission_id": str(uuid4())}
    url = reverse("employers:employer_add")
    browser.post(url, sent)
    browser.post(url, sent)
    fyren = Employer.objects.get()
    edit = reverse("employers:employer_edit", args=[fyren.public_id])
    wrong = browser.post(edit, {"name": "Café Fyren", "contact_phone": "hej"})
    assert "Skriv numret, till exempel 040-628 04 00." in words(wrong)
    right = {"name": "Café Fyren", "contact_name": "Mona Ek", "contact_phone": "070-174 06 10"}
    page = words(browser.post(edit, right, follow=True))
    assert "Mona Ek" in page
    assert 'href="tel:+46-70-174-06-10"' in page


def test_guide_sees_their_own_people_at_an_employer_and_nobody_elses(
    acting, guide, robin_person, employer
):
    PlacementFactory(participant=robin_person, employer=employer)
    theirs = ParticipantFactory(first_name="Osynlig")
    PlacementFactory(participant=theirs, employer=employer)
    url = reverse("employers:employer_detail", args=[employer.public_id])
    page = words(acting(guide).get(url))
    assert "Robin Almqvist" in page
    assert "Osynlig" not in page


def test_manager_reads_the_register_but_sees_no_people_there(
    acting, manager, robin_person, employer
):
    PlacementFactory(participant=robin_person, employer=employer)
    url = reverse("employers:employer_detail", args=[employer.public_id])
    page = words(acting(manager).get(url))
    assert "Mona Ek" in page
    assert "Robin" not in page
    assert acting(manager).get(reverse("employers:employer_add")).status_code == 403


def test_participant_and_leader_have_no_use_for_the_register(acting, robin, leader, employer):
    for actor in (robin, leader):
        assert acting(actor).get(reverse(LIST)).status_code == 403
        url = reverse("employers:employer_detail", args=[employer.public_id])
        assert acting(actor).get(url).status_code == 403
