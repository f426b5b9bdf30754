from participants.models import consent_words
from participants.models.cards import Card, CardQuerySet
from participants.models.caseload import Caseload, Reason
from participants.models.consents import ALONE, Consent, ConsentGiven, ConsentPurpose, Sharing
from participants.models.contacts import Audience, Contact, Counterpart, Mode, Outcome, Venue
from participants.models.decisions import Authority, AwaitedDecision, DecisionAnswer
from participants.models.handovers import Handover
from participants.models.items import Item, ItemQuerySet
from participants.models.peers import PeerCard
from participants.models.people import (
    Intake,
    MainContact,
    Participant,
    PersonalNumber,
    Protection,
    TeamMember,
    short_name,
)
from participants.models.plan import Goal, Step
from participants.models.protection import (
    IntakeOpening,
    NamedStaff,
    ProtectedDetails,
    ProtectionChange,
)
from participants.models.questions import Answer, ConsentQuestion
from participants.models.releases import Disclosure, LegalGround, Release
from participants.models.representatives import Proof, Representative, RepresentativeKind

__all__ = [
    "ALONE",
    "Answer",
    "Audience",
    "Authority",
    "AwaitedDecision",
    "Card",
    "CardQuerySet",
    "Caseload",
    "Consent",
    "ConsentGiven",
    "ConsentPurpose",
    "ConsentQuestion",
    "Contact",
    "Counterpart",
    "DecisionAnswer",
    "Disclosure",
    "Goal",
    "Handover",
    "Intake",
    "IntakeOpening",
    "Item",
    "ItemQuerySet",
    "LegalGround",
    "MainContact",
    "Mode",
    "NamedStaff",
    "Outcome",
    "Participant",
    "PeerCard",
    "PersonalNumber",
    "Proof",
    "ProtectedDetails",
    "Protection",
    "ProtectionChange",
    "Reason",
    "Release",
    "Representative",
    "RepresentativeKind",
    "Sharing",
    "Step",
    "TeamMember",
    "Venue",
    "consent_words",
    "short_name",
]
