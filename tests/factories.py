"""Invented people and organisations for tests; each call makes one, named by its number."""

from datetime import timedelta

import factory
from django.db import transaction
from django.utils import timezone
from factory.django import DjangoModelFactory

from employers.models import Employer, EmployerAsk, EmployerCard, Placement, PlacementKind
from participants.models import (
    AwaitedDecision,
    Consent,
    ConsentQuestion,
    Contact,
    Handover,
    MainContact,
    Participant,
    PeerCard,
    Release,
    Representative,
    RepresentativeKind,
    Step,
    TeamMember,
)
from portal.models import InfoType, Membership, Organisation, OrganisationKind, User
from portal.pages.log.models import Finding, Rule, Source
from portal.permissions import PEERS, Role


class DepartmentFactory(DjangoModelFactory):
    class Meta:
        model = Organisation
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Förvaltning {n}")
    kind = OrganisationKind.DEPARTMENT

    @factory.post_generation
    def owns_itself(department, create, extracted, **kwargs):  # noqa: N805 (the made object)
        department.owner = department
        department.save(update_fields=["owner"])


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Enhet {n}")
    kind = OrganisationKind.UNIT
    parent = factory.SubFactory(DepartmentFactory)
    owner = factory.SelfAttribute("parent.owner")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"person{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    first_name = "Kim"
    last_name = factory.Sequence(lambda n: f"Berg{n}")
    phone = "+46701740605"


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    unit = factory.SubFactory(UnitFactory)
    role = Role.GUIDE
    pledged_on = factory.LazyAttribute(
        lambda made: timezone.localdate() - timedelta(days=400) if made.role in PEERS else None
    )
    started_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=400))


class ParticipantFactory(DjangoModelFactory):
    """An open person with a main contact, so that the database lets the person in."""

    class Meta:
        model = Participant
        skip_postgeneration_save = True

    @classmethod
    @transaction.atomic  # a person without a contact cannot be committed
    def _generate(cls, *args, **kwargs):
        return super()._generate(*args, **kwargs)

    first_name = "Robin"
    last_name = factory.Sequence(lambda n: f"Alm{n}")
    registered_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=100))

    @factory.post_generation
    def main_contact(participant, create, extracted, **kwargs):  # noqa: N805
        if extracted is not False:
            MainContact.objects.create(
                participant=participant,
                membership=extracted or MembershipFactory(),
                started_at=participant.registered_at,
            )
            participant.refresh_from_db()


class TeamMemberFactory(DjangoModelFactory):
    class Meta:
        model = TeamMember

    participant = factory.SubFactory(ParticipantFactory)
    membership = factory.SubFactory(MembershipFactory)
    started_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=50))
    reason = "Stöd i vardagen"


class ConsentFactory(DjangoModelFactory):
    class Meta:
        model = Consent

    participant = factory.SubFactory(ParticipantFactory)
    receiver = factory.SubFactory(DepartmentFactory)
    info_type = InfoType.FOLLOW_UP
    purpose = "COORDINATE"
    given = "PAPER"
    sharing = "CONSENTED_VIEW"
    valid_from = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    valid_until = factory.LazyFunction(lambda: timezone.now() + timedelta(days=180))
    recorded_by = factory.SubFactory(UserFactory)


class QuestionFactory(DjangoModelFactory):
    """A guide asks whether social services may read what is written after talks."""

    class Meta:
        model = ConsentQuestion

    participant = factory.SubFactory(ParticipantFactory)
    receiver = factory.SubFactory(DepartmentFactory)
    info_type = InfoType.FOLLOW_UP
    purpose = "COORDINATE"
    sharing = "CONSENTED_VIEW"
    organisation = factory.LazyAttribute(lambda made: made.participant.unit.owner)
    author = factory.SubFactory(UserFactory)
    until = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=180))


class ReleaseFactory(DjangoModelFactory):
    """An item handed out: ReleaseFactory(consent=yes, item=note)."""

    class Meta:
        model = Release

    class Params:
        item = None

    participant = factory.SelfAttribute("item.participant")
    item_id = factory.SelfAttribute("item.public_id")
    kind = factory.LazyAttribute(lambda made: made.item._meta.model_name)
    owner = factory.SelfAttribute("item.owner")
    author = factory.SubFactory(UserFactory)


class PeerFactory(MembershipFactory):
    """Somebody with own experience, who has signed the pledge."""

    role = Role.PEER_SUPPORTER


class PeerCardFactory(DjangoModelFactory):
    """A card that is shown; PeerCardFactory(is_empty=True) waits for the person to fill it in."""

    class Meta:
        model = PeerCard

    class Params:
        is_empty = factory.Trait(shown_at=None, until=None, first_name="")

    participant = factory.SubFactory(ParticipantFactory)
    membership = factory.SubFactory(PeerFactory)
    owner = factory.LazyAttribute(lambda made: made.participant.unit.owner)
    author = factory.SubFactory(UserFactory)
    reason = "Gillar också cyklar"
    first_name = factory.LazyAttribute(lambda made: made.participant.first_name)
    shown_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=2))
    until = factory.LazyFunction(lambda: timezone.now() + timedelta(days=90))


class SpeakerFactory(MembershipFactory):
    """Somebody who speaks for people, and works nowhere here."""

    role = Role.REPRESENTATIVE


class RepresentativeFactory(DjangoModelFactory):
    """A god man whose paper covers who supports the person, the plan and the activities."""

    class Meta:
        model = Representative

    participant = factory.SubFactory(ParticipantFactory)
    membership = factory.SubFactory(SpeakerFactory)
    owner = factory.LazyAttribute(lambda made: made.participant.unit.owner)
    author = factory.SubFactory(UserFactory)
    seen_by = factory.SelfAttribute("author")
    created_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=2))
    kind = RepresentativeKind.GOOD_MAN
    info_types = (InfoType.CONTACT, InfoType.PLAN, InfoType.ACTIVITY)
    proof = "REGISTER"
    seen_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=2))
    told_on = factory.SelfAttribute("seen_on")
    starts_on = factory.SelfAttribute("seen_on")
    until = factory.LazyAttribute(lambda made: made.seen_on + timedelta(days=300))


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    participant = factory.SubFactory(ParticipantFactory)
    owner = factory.LazyAttribute(lambda made: made.participant.unit.owner)
    info_type = InfoType.FOLLOW_UP
    text = "Vi pratade om cyklar."
    occurred_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=3))


class StepFactory(DjangoModelFactory):
    class Meta:
        model = Step

    participant = factory.SubFactory(ParticipantFactory)
    owner = factory.LazyAttribute(lambda made: made.participant.unit.owner)
    info_type = InfoType.PLAN
    text = "Ring verkstaden"
    due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=7))


class DecisionFactory(DjangoModelFactory):
    """A decision that waits; `add_decision` plans the timer too."""

    class Meta:
        model = AwaitedDecision

    participant = factory.SubFactory(ParticipantFactory)
    owner = factory.LazyAttribute(lambda made: made.participant.unit.owner)
    info_type = InfoType.PLAN
    text = "Plats med lönestöd"
    authority = "AF"
    asked_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=30))
    expected_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=7))
    watcher = factory.LazyAttribute(lambda made: made.participant.main_contacts.get().membership)


class HandoverFactory(DjangoModelFactory):
    """A change of contact that is under way: the contact before comes along."""

    class Meta:
        model = Handover

    participant = factory.SubFactory(ParticipantFactory)
    taker = factory.LazyAttribute(lambda made: made.participant.main_contacts.get().membership)
    giver = factory.SubFactory(MembershipFactory)
    owner = factory.LazyAttribute(lambda made: made.taker.unit.owner)
    author = factory.LazyAttribute(lambda made: made.giver.user)
    comes_along = True


class EmployerFactory(DjangoModelFactory):
    class Meta:
        model = Employer

    name = factory.Sequence(lambda n: f"Sundets Trädgård {n}")
    owner = factory.SubFactory(DepartmentFactory)


class EmployerAskFactory(DjangoModelFactory):
    """A question that waits; `ask_employer` sends it too."""

    class Meta:
        model = EmployerAsk

    employer = factory.SubFactory(EmployerFactory, contact_email="lager@example.org")
    asker = factory.SubFactory(MembershipFactory)
    words = "Kan någon hjälpa till i lagret två timmar i veckan?"
    remind_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=3))
    ring_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=9))


class PlacementFactory(DjangoModelFactory):
    """A place as the table holds it; `create_placement` plans the follow-ups too."""

    class Meta:
        model = Placement

    participant = factory.SubFactory(ParticipantFactory)
    employer = factory.SubFactory(EmployerFactory)
    supporter = factory.LazyAttribute(
        lambda made: made.participant.main_contacts.open().get().membership
    )
    owner = factory.LazyAttribute(lambda made: made.participant.unit.owner)
    info_type = InfoType.PLACEMENT
    kind = PlacementKind.INTERNSHIP
    occupation = "Packa varor"
    starts_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=30))


class EmployerCardFactory(DjangoModelFactory):
    """A card that is shown; EmployerCardFactory(is_empty=True) waits for the person's answer."""

    class Meta:
        model = EmployerCard

    class Params:
        is_empty = factory.Trait(
            shown_at=None, until=None, given="", first_name="", days="", tasks="", adjustments=""
        )

    placement = factory.SubFactory(PlacementFactory)
    participant = factory.SelfAttribute("placement.participant")
    receiver = factory.SubFactory(DepartmentFactory)
    supporter = factory.SelfAttribute("placement.supporter")
    owner = factory.SelfAttribute("placement.owner")
    author = factory.SubFactory(UserFactory)
    first_name = factory.LazyAttribute(lambda made: made.participant.first_name)
    days = "Måndag och onsdag, 9 till 12"
    tasks = "Packa varor"
    adjustments = "Jag behöver en lugn plats att äta på."
    given = "PORTAL"
    shown_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=2))
    until = factory.LazyFunction(lambda: timezone.now() + timedelta(days=90))


class FindingFactory(DjangoModelFactory):
    """Something a rule has found; who looked is a plain number, as in the log."""

    class Meta:
        model = Finding

    source = Source.RULE
    on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=1))
    participant = factory.SubFactory(ParticipantFactory)
    reasons = factory.LazyFunction(lambda: [Rule.AFTER_HOURS])
