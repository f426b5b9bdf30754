from portal.models.access import Access, Ground, InfoType, Level
from portal.models.audit import AuditAct, AuditEvent, AuditSeal
from portal.models.drafts import Draft
from portal.models.organisations import Membership, Organisation, OrganisationKind
from portal.models.push import PushSubscription
from portal.models.sign_in import Card, CodeMessage, HandedCode, Purpose
from portal.models.users import SWEDISH_ORDER, Met, SwedishKey, User

__all__ = [
    "SWEDISH_ORDER",
    "Access",
    "AuditAct",
    "AuditEvent",
    "AuditSeal",
    "Card",
    "CodeMessage",
    "Draft",
    "Ground",
    "HandedCode",
    "InfoType",
    "Level",
    "Membership",
    "Met",
    "Organisation",
    "OrganisationKind",
    "Purpose",
    "PushSubscription",
    "SwedishKey",
    "User",
]
