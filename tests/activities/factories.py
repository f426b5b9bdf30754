"""Invented places and activities; each call makes one, named by its number."""

from datetime import date, datetime, time, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from activities.laying_out import STOCKHOLM
from activities.models import (
    Absence,
    AbsenceReason,
    Activity,
    Attendance,
    CompanyKind,
    CompanyWish,
    Contract,
    Enrolment,
    GuestSignUp,
    Invitation,
    MandatedRelease,
    OpeningRule,
    Place,
    Referral,
    Session,
    Sheet,
    SignUp,
    Suggestion,
    Support,
    Tempo,
)
from activities.recurring import Recurrence
from tests.factories import MembershipFactory, ParticipantFactory, UnitFactory, UserFactory


def at(day, clock):
    """Return the moment of "10.30" on the wall, on a date or "2026-12-01"."""
    hour, minute = clock.split(".")
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(day, time(int(hour), int(minute)), STOCKHOLM)


class PlaceFactory(DjangoModelFactory):
    class Meta:
        model = Place

    name = factory.Sequence(lambda n: f"Huset {n}")
    address = factory.Sequence(lambda n: f"Exempelgatan {n + 1}")
    minutes_on_foot = 12


class ActivityFactory(DjangoModelFactory):
    """A drop-in that takes the day as it comes."""

    class Meta:
        model = Activity

    slug = factory.Sequence(lambda n: f"kaffe-{n}")
    name = factory.Sequence(lambda n: f"Kaffe {n}")
    place = factory.SubFactory(PlaceFactory)
    organiser = factory.SubFactory(UnitFactory)
    owner = factory.SelfAttribute("organiser.owner")
    contract = Contract.DAY_BY_DAY
    tempo = Tempo.CALM
    summary = "Kaffe och någon att prata med."
    what_we_do = "Vi dricker kaffe och pratar."
    verified_on = factory.LazyFunction(timezone.localdate)


class EventFactory(ActivityFactory):
    """A meeting with two places, for everybody."""

    slug = factory.Sequence(lambda n: f"traff-{n}")
    name = factory.Sequence(lambda n: f"Utvecklingsgruppen {n}")
    contract = Contract.EVENT
    sign_up = True
    seats = 2
    verified_on = None


class InvitationFactory(DjangoModelFactory):
    """An address for associations, to an event that stands nowhere."""

    class Meta:
        model = Invitation

    activity = factory.SubFactory(EventFactory, by_invitation=True)
    audience = "ASSOCIATION"


class SupportFactory(DjangoModelFactory):
    """Somebody to turn to, without any decision."""

    class Meta:
        model = Support

    slug = factory.Sequence(lambda n: f"samtal-{n}")
    name = factory.Sequence(lambda n: f"Samtal {n}")
    organisation = factory.SubFactory(UnitFactory)
    summary = "Någon att prata med."
    what_they_do = "Vi lyssnar."
    how = "Ring oss."


class SheetFactory(DjangoModelFactory):
    """What an organisation says of itself."""

    class Meta:
        model = Sheet

    slug = factory.Sequence(lambda n: f"forening-{n}")
    organisation = factory.SubFactory(UnitFactory)
    summary = "En förening för alla."
    what_they_do = "Vi träffas och gör saker ihop."


class OpeningRuleFactory(DjangoModelFactory):
    class Meta:
        model = OpeningRule

    class Params:
        weekdays = [0, 1, 2, 3, 4]

    activity = factory.SubFactory(ActivityFactory)
    recurrence = factory.LazyAttribute(lambda made: str(Recurrence(weekdays=tuple(made.weekdays))))
    opens = time(10)
    closes = time(16)
    valid_from = date(2020, 1, 1)


class SessionFactory(DjangoModelFactory):
    """Open now, from an hour ago for four hours, unless told otherwise."""

    class Meta:
        model = Session

    activity = factory.SubFactory(ActivityFactory)
    starts_at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))
    ends_at = factory.LazyAttribute(lambda made: made.starts_at + timedelta(hours=4))
    seats = factory.SelfAttribute("activity.seats")


class EnrolmentFactory(DjangoModelFactory):
    class Meta:
        model = Enrolment

    participant = factory.SubFactory(ParticipantFactory)
    activity = factory.SubFactory(ActivityFactory, contract=Contract.MEMBER)
    owner = factory.LazyAttribute(lambda made: made.participant.unit.owner)
    started_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=30))


class SignUpFactory(DjangoModelFactory):
    class Meta:
        model = SignUp

    participant = factory.SubFactory(ParticipantFactory)
    session = factory.SubFactory(SessionFactory)
    owner = factory.SelfAttribute("session.activity.owner")


class CompanyWishFactory(DjangoModelFactory):
    """Somebody wants company; CompanyWishFactory(companion=...) has got it."""

    class Meta:
        model = CompanyWish

    class Params:
        companion = None

    participant = factory.SubFactory(ParticipantFactory)
    session = factory.SubFactory(
        SessionFactory, starts_at=factory.LazyFunction(lambda: timezone.now() + timedelta(hours=9))
    )
    kind = CompanyKind.COMPANY
    membership = factory.SelfAttribute("companion")
    answer = factory.LazyAttribute(lambda made: "YES" if made.companion else "")
    answered_at = factory.LazyAttribute(lambda made: timezone.now() if made.companion else None)
    first_name = factory.LazyAttribute(
        lambda made: made.participant.first_name if made.companion else ""
    )


class GuestSignUpFactory(DjangoModelFactory):
    """Somebody without an account, on the way to something."""

    class Meta:
        model = GuestSignUp

    session = factory.SubFactory(SessionFactory, activity=factory.SubFactory(EventFactory))
    name = factory.Sequence(lambda n: f"Mats {n}")
    email = factory.Sequence(lambda n: f"mats{n}@example.org")


class AbsenceFactory(DjangoModelFactory):
    class Meta:
        model = Absence

    participant = factory.SubFactory(ParticipantFactory)
    session = factory.SubFactory(SessionFactory)
    owner = factory.SelfAttribute("session.activity.owner")
    reason = AbsenceReason.ILL


class AttendanceFactory(DjangoModelFactory):
    class Meta:
        model = Attendance

    participant = factory.SubFactory(ParticipantFactory)
    session = factory.SubFactory(SessionFactory)
    owner = factory.SelfAttribute("session.activity.owner")
    arrived_at = factory.SelfAttribute("session.starts_at")


class SuggestionFactory(DjangoModelFactory):
    """The first thing that waits for a person's answer."""

    class Meta:
        model = Suggestion

    participant = factory.SubFactory(ParticipantFactory)
    owner = factory.LazyAttribute(lambda made: made.participant.unit.owner)
    author = factory.SubFactory(UserFactory, first_name="Samira")
    entry = factory.LazyFunction(lambda: ActivityFactory().entry)
    slot = 1


class ReferralFactory(DjangoModelFactory):
    """Asked yesterday, and waiting."""

    class Meta:
        model = Referral

    participant = factory.SubFactory(ParticipantFactory)
    sender = factory.SubFactory(MembershipFactory)
    owner = factory.SelfAttribute("sender.unit.owner")
    entry = factory.LazyFunction(lambda: ActivityFactory().entry)
    receiver = factory.SelfAttribute("entry.unit")
    first_name = factory.SelfAttribute("participant.first_name")
    told = "Vill gärna arbeta med händerna."
    sent_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    remind_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=2))
    expires_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=13))


class MandatedReleaseFactory(DjangoModelFactory):
    """Sent ten days ago about the week before, and open since a week."""

    class Meta:
        model = MandatedRelease

    participant = factory.SubFactory(ParticipantFactory)
    owner = factory.LazyAttribute(lambda made: made.participant.unit.owner)
    receiver = factory.SubFactory(UnitFactory)
    name = factory.LazyAttribute(lambda made: made.participant.name)
    first_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=20))
    last_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=11))
    released_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=10))
    released_by = factory.SubFactory(UserFactory)
    opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=7))
    plan = [
        {
            "activity": "Corner",
            "weekdays": [0, 2],
            "started_on": "2026-01-12",
            "ended_on": None,
        }
    ]
    days = [
        {
            "activity": "Corner",
            "starts_at": "2026-11-09T09:00:00+01:00",
            "ends_at": "2026-11-09T12:00:00+01:00",
            "was_there": True,
        },
        {
            "activity": "Corner",
            "starts_at": "2026-11-11T09:00:00+01:00",
            "ends_at": "2026-11-11T12:00:00+01:00",
            "was_there": False,
        },
    ]
