"""Karin and Bo lead the department; Mika's support ended long ago."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import timezone

from participants.models import MainContact, Participant
from participants.services import personal_numbers
from portal.models import InfoType
from portal.pages.retention import removing
from portal.pages.retention.models import Disposal
from portal.permissions import Role
from tests.factories import ContactFactory, ParticipantFactory
from tests.retention.factories import RuleFactory

LONG_AGO = timedelta(days=7 * 365)


@pytest.fixture
def karin(member, labour):
    return member(Role.MANAGER, labour, first_name="Karin", last_name="Holm")


@pytest.fixture
def bo(member, labour):
    return member(Role.MANAGER, labour, first_name="Bo", last_name="Lind")


@pytest.fixture
def rules(labour):
    """Five years for notes, plan and the person's own row; kept for research on no day."""
    kinds = (InfoType.CONTACT, InfoType.PLAN, InfoType.FOLLOW_UP, InfoType.PLACEMENT)
    return [RuleFactory(owner=labour, info_type=kind, archive_days=[]) for kind in kinds]


@pytest.fixture
def left(guide):
    """Make somebody whose support ended seven years ago, with a note: left(last_name=...)."""

    def make(when=LONG_AGO, **about):
        at = timezone.now() - when
        begun = at - timedelta(days=300)
        with transaction.atomic():
            person = ParticipantFactory(main_contact=guide.membership, registered_at=begun, **about)
            ContactFactory(
                participant=person,
                text="Hemliga ord",
                occurred_at=at,
                created_at=at,
                author=guide.user,
            )
            MainContact.objects.filter(participant=person).update(ended_at=at)
            Participant.objects.filter(pk=person.pk).update(closed_at=at)
        person.refresh_from_db()
        return person

    return make


@pytest.fixture
def mika(left, rules):
    return left(first_name="Mika", last_name="Dal")


@pytest.fixture
def numbered(settings):
    """Give a person one of the two numbers that are nobody's."""
    settings.PORTAL_DEMO = True

    def give(person, text):
        number = personal_numbers.read(text, today=timezone.localdate())
        personal_numbers.sealed(person, number).save()

    return give


@pytest.fixture
def decided(karin, bo, labour):
    """Propose and confirm what may go today, and let its time to think pass."""
    from portal.pages.retention import deciding  # noqa: PLC0415

    def decide(number=0):
        proposed = deciding.propose(
            owner=labour,
            by=karin,
            submission_id=f"00000000-0000-4000-8000-{number:012}",
            today=timezone.localdate(),
        )
        deciding.confirm(disposal=proposed, by=bo)
        Disposal.objects.filter(pk=proposed.pk).update(not_before=timezone.now())
        proposed.refresh_from_db()
        return proposed

    return decide


@pytest.fixture
def archive(settings, tmp_path):
    settings.PORTAL_ARCHIVE_DIR = str(tmp_path / "archive")
    return tmp_path / "archive"


@pytest.fixture
def carry_out():
    return lambda: SimpleNamespace(**removing.carry_out())
