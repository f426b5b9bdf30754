"""The cast: people of an invented town, as Actors, so that `acting(guide)` is a browser."""

from types import SimpleNamespace

import pytest
from django.test import Client
from hypothesis import HealthCheck, settings

from portal import sessions
from portal.actor import Actor
from portal.middleware import MEMBERSHIP
from portal.permissions import Role
from tests.factories import (
    DepartmentFactory,
    MembershipFactory,
    ParticipantFactory,
    UnitFactory,
    UserFactory,
)


def signed_in(actor, *, how=sessions.How.PASSKEY, **marks):
    """Return a browser in which somebody has signed in, as our rules want it: by a passkey."""
    browser = Client()
    browser.force_login(actor.user)
    session = browser.session
    at_work = {"second_factor": True, "staff": True} if actor.membership else {}
    sessions.begin(session, actor.user, how, **at_work | marks)
    if actor.membership:
        session[MEMBERSHIP] = actor.membership.pk
    session.save()
    return browser


def actor_of(membership):
    """Return the actor that a membership makes of its user."""
    return Actor(membership.user, membership)


# How fast examples come says how busy the machine is, and nothing of what is tried.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


@pytest.fixture
def labour(db):
    """The labour-market department."""
    return DepartmentFactory(name="Arbetsmarknadsförvaltningen")


@pytest.fixture
def social(db):
    """Social services: an authority of its own, with secrecy between the two."""
    return DepartmentFactory(name="Socialförvaltningen")


@pytest.fixture
def unit(labour):
    return UnitFactory(parent=labour, name="Guiderna")


@pytest.fixture
def social_unit(social):
    return UnitFactory(parent=social, name="Vuxen")


@pytest.fixture
def member(unit):
    """Make a colleague: member(Role.GUIDE, first_name=...) in the unit, or in another one."""

    def make(role, in_unit=None, **user):
        made = MembershipFactory(role=role, unit=in_unit or unit, user=UserFactory(**user))
        return actor_of(made)

    return make


@pytest.fixture
def guide(member):
    return member(Role.GUIDE, first_name="Samira", last_name="Lund")


@pytest.fixture
def case_manager(member, social_unit):
    return member(Role.CASE_MANAGER, social_unit, first_name="Noor", last_name="Haddad")


@pytest.fixture
def job_coach(member):
    return member(Role.JOB_COACH, first_name="Petra", last_name="Nyman")


@pytest.fixture
def manager(member):
    return member(Role.MANAGER, first_name="Karin", last_name="Holm")


@pytest.fixture
def leader(member, db):
    corner = UnitFactory(name="Corner", parent=DepartmentFactory(name="Pingstkyrkan"))
    return member(Role.ACTIVITY_LEADER, corner, first_name="Lars", last_name="Ek")


@pytest.fixture
def outsider(member, labour):
    """A guide of another unit, who has nothing to do with anybody here."""
    return member(Role.GUIDE, UnitFactory(parent=labour, name="Grannenheten"))


@pytest.fixture
def robin_person(guide):
    """The person's record: Samira is the main contact."""
    return ParticipantFactory(
        first_name="Robin",
        last_name="Almqvist",
        main_contact=guide.membership,
        user=UserFactory(username="robin", first_name="Robin", last_name="Almqvist"),
    )


@pytest.fixture
def robin(robin_person):
    """The person, acting for themself."""
    return Actor(robin_person.user)


@pytest.fixture
def acting():
    """Return a signed-in browser of an actor."""

    return signed_in


@pytest.fixture
def colleagues(guide, case_manager, job_coach, manager, leader, outsider):
    """Every kind of staff, by name."""
    return SimpleNamespace(
        guide=guide,
        case_manager=case_manager,
        job_coach=job_coach,
        manager=manager,
        leader=leader,
        outsider=outsider,
    )
