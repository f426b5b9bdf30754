"""Robin begins at an invented workplace, with Petra beside."""

from datetime import date
from uuid import uuid4

import pytest

from employers.models import Placement, PlacementKind
from employers.services.placements import create_placement
from tests.factories import EmployerFactory, TeamMemberFactory

WORDS = {"kind": PlacementKind.INTERNSHIP, "occupation": "Packa varor", "supporter": None}


@pytest.fixture
def employer(labour):
    return EmployerFactory(
        name="Norra Hamnens Lager AB",
        trade="Lager",
        contact_name="Mona Ek",
        contact_phone="+46701740610",
        owner=labour,
    )


@pytest.fixture
def coach(job_coach, robin_person):
    """The job coach, who is on Robin's team."""
    TeamMemberFactory(participant=robin_person, membership=job_coach.membership)
    return job_coach


@pytest.fixture
def place(robin_person, employer, guide):
    """Write down a place for Robin: place(starts_on=..., ends_on=..., supporter=...)."""

    def make(**fields):
        return create_placement(
            participant=robin_person,
            employer=fields.pop("employer", employer),
            by=fields.pop("by", guide),
            submission_id=fields.pop("submission_id", uuid4()),
            **{**WORDS, "supporter": guide.membership, "starts_on": date(2026, 11, 2), **fields},
        )

    return make


@pytest.fixture
def days():
    """Return the days that are planned and not done, as written in a calendar."""

    def planned(placement):
        held = Placement.objects.get(pk=placement.pk).follow_ups.open().soonest_first()
        return [f"{one.due_on:%Y-%m-%d}" for one in held]

    return planned
