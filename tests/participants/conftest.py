"""Robin's yes to social services, in both kinds of sharing."""

import pytest

from tests.factories import ConsentFactory, ContactFactory, TeamMemberFactory


@pytest.fixture
def note(robin_person, guide):
    return ContactFactory(participant=robin_person, author=guide.user, text="Vill prova cyklar.")


@pytest.fixture
def noor_walks_along(robin_person, case_manager):
    return TeamMemberFactory(
        participant=robin_person, membership=case_manager.membership, rests_on_consent=True
    )


@pytest.fixture
def yes_to_what_is_shown(robin_person, social, noor_walks_along):
    """A yes that opens nothing until something is shown."""
    return ConsentFactory(participant=robin_person, receiver=social, sharing="PUSH")


@pytest.fixture
def yes_to_all_of_it(robin_person, social, noor_walks_along):
    """A yes that opens all that is written after talks."""
    return ConsentFactory(participant=robin_person, receiver=social)
