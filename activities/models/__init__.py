from activities.models.activities import Activity, Contract, Picture, Tempo, Threshold
from activities.models.hours import OpeningException, OpeningRule, Weekday
from activities.models.places import Place
from activities.models.sessions import CancelReason, Guest, Session, SessionState
from activities.models.taking_part import Attendance, EndReason, Enrolment, SignUp

__all__ = [
    "Activity",
    "Attendance",
    "CancelReason",
    "Contract",
    "EndReason",
    "Enrolment",
    "Guest",
    "OpeningException",
    "OpeningRule",
    "Picture",
    "Place",
    "Session",
    "SessionState",
    "SignUp",
    "Tempo",
    "Threshold",
    "Weekday",
]
