from participants.models.caseload import Caseload, Reason
from participants.models.consents import Consent, ConsentGiven, ConsentPurpose
from participants.models.contacts import Audience, Contact, Counterpart, Mode, Outcome, Venue
from participants.models.items import Item, ItemQuerySet
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

__all__ = [
    "Audience",
    "Caseload",
    "Consent",
    "ConsentGiven",
    "ConsentPurpose",
    "Contact",
    "Counterpart",
    "Goal",
    "Intake",
    "IntakeOpening",
    "Item",
    "ItemQuerySet",
    "MainContact",
    "Mode",
    "NamedStaff",
    "Outcome",
    "Participant",
    "PersonalNumber",
    "ProtectedDetails",
    "Protection",
    "ProtectionChange",
    "Reason",
    "Step",
    "TeamMember",
    "Venue",
    "short_name",
]
