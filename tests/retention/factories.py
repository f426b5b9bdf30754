"""Rules, proposals and their lines, as the tables hold them."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from portal.models import InfoType
from portal.pages.retention.models import Disposal, Entry, Rule
from tests.factories import DepartmentFactory, ParticipantFactory, UserFactory


class RuleFactory(DjangoModelFactory):
    class Meta:
        model = Rule

    owner = factory.SubFactory(DepartmentFactory)
    info_type = InfoType.FOLLOW_UP
    trigger = "LAST_NOTE"
    years = 5
    archive_days = [5, 15, 25]
    valid_from = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=4000))
    source = "Nämndens beslut"
    checked_by = factory.SubFactory(UserFactory)


class DisposalFactory(DjangoModelFactory):
    class Meta:
        model = Disposal

    owner = factory.SubFactory(DepartmentFactory)
    proposed_by = factory.SubFactory(UserFactory)
    submission_id = factory.Faker("uuid4")


class EntryFactory(DjangoModelFactory):
    class Meta:
        model = Entry

    disposal = factory.SubFactory(DisposalFactory)
    participant = factory.SubFactory(ParticipantFactory)
    rule = factory.SubFactory(RuleFactory, owner=factory.SelfAttribute("..disposal.owner"))
    initials = "RA"
    short_id = "a1b2c3d4"
    touched_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=2000))
    closes_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=200))
    rows = 3
