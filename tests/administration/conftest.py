"""Alma takes care of units and accounts, and knows nobody who gets support."""

from uuid import uuid4

import pytest
from django.urls import reverse

from portal.permissions import Role
from tests.factories import DepartmentFactory, UnitFactory


@pytest.fixture
def alma(member, db):
    city = UnitFactory(name="Digitalisering", parent=DepartmentFactory(name="Stadsledningen"))
    return member(Role.ADMINISTRATOR, city, first_name="Alma", last_name="Berg")


@pytest.fixture
def post(acting, alma):
    """Post a form as Alma: post("account_invite", unit.pk, email=...)."""

    def send(page, /, *args, **fields):
        url = reverse(f"administration:{page}", args=args)
        return acting(alma).post(url, {"submission_id": str(uuid4()), **fields})

    return send


@pytest.fixture
def get(acting, alma):
    """Open a page as Alma."""

    def look(page, /, *args, **query):
        return acting(alma).get(reverse(f"administration:{page}", args=args), query)

    return look


@pytest.fixture
def invitation():
    """What Alma fills in for a new colleague, sent from the second look."""
    return {
        "submission_id": str(uuid4()),
        "first_name": "Ida",
        "last_name": "Öberg",
        "email": "ida.oberg@example.org",
        "phone": "070-174 06 11",
        "role": Role.GUIDE,
        "caseload_limit": "25",
        "first_day": "",
        "last_day": "",
        "confirmed": "1",
    }
