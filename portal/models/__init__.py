from portal.models.access import Access, Ground, InfoType, Level
from portal.models.audit import AuditAct, AuditEvent, AuditSeal
from portal.models.drafts import Draft
from portal.models.organisations import Membership, Organisation, OrganisationKind
from portal.models.users import SWEDISH_ORDER, SwedishKey, User

__all__ = [
    "SWEDISH_ORDER",
    "Access",
    "AuditAct",
    "AuditEvent",
    "AuditSeal",
    "Draft",
    "Ground",
    "InfoType",
    "Level",
    "Membership",
    "Organisation",
    "OrganisationKind",
    "SwedishKey",
    "User",
]
