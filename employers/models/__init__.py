from employers.models.asks import AskAnswer, EmployerAsk
from employers.models.cards import EmployerCard
from employers.models.employers import Employer
from employers.models.follow_ups import FollowUpNote, HowItGoes, PlacementFollowUp, Spoke
from employers.models.placements import (
    Answer,
    EndReason,
    FoundBy,
    Placement,
    PlacementKind,
    Subsidy,
)

__all__ = [
    "Answer",
    "AskAnswer",
    "Employer",
    "EmployerAsk",
    "EmployerCard",
    "EndReason",
    "FollowUpNote",
    "FoundBy",
    "HowItGoes",
    "Placement",
    "PlacementFollowUp",
    "PlacementKind",
    "Spoke",
    "Subsidy",
]
