"""Who may do what: the only place that answers "may they?"."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from portal.actor import Actor


class Role(models.TextChoices):
    """What a person does here; held by a membership, never by an account (domain.md R9)."""

    PARTICIPANT = "PARTICIPANT", _("participant")
    GUIDE = "GUIDE", _("guide")
    CASE_MANAGER = "CASE_MANAGER", _("case manager")
    JOB_COACH = "JOB_COACH", _("job coach")
    ACTIVITY_LEADER = "ACTIVITY_LEADER", _("activity leader")
    EMPLOYER_CONTACT = "EMPLOYER_CONTACT", _("employer contact")
    MANAGER = "MANAGER", _("manager")
    BENEFITS_OFFICER = "BENEFITS_OFFICER", _("benefits officer")
    LOG_REVIEWER = "LOG_REVIEWER", _("log reviewer")
    ADMINISTRATOR = "ADMINISTRATOR", _("administrator")
    PEER_SUPPORTER = "PEER_SUPPORTER", _("peer supporter")
    VOLUNTEER = "VOLUNTEER", _("volunteer")
    REPRESENTATIVE = "REPRESENTATIVE", _("representative")


class Assurance(models.IntegerChoices):
    """How sure we are that somebody is who they say (docs/decisions/0013)."""

    LIMITED = 1, _("signed in by a code or a card")
    FULL = 2, _("signed in")


class Permission(StrEnum):
    """One act, named `app.noun_verb` so that templates can ask `perms.app.noun_verb`."""

    PLAN_VIEW = "participants.plan_view"
    PLAN_EDIT = "participants.plan_edit"
    OWN_CONTACT_VIEW = "participants.own_contact_view"
    MESSAGES_CHOOSE = "participants.messages_choose"
    SIGN_IN_HELP = "participants.sign_in_help"
    CASELOAD_VIEW = "participants.caseload_view"
    RECORD_VIEW = "participants.record_view"
    CONTACT_WRITE = "participants.contact_write"
    STEP_WRITE = "participants.step_write"
    DECISION_WRITE = "participants.decision_write"
    PERSON_REGISTER = "participants.person_register"
    PERSON_CLOSE = "participants.person_close"
    PERSON_REOPEN = "participants.person_reopen"
    INTAKE_ASSIGN = "participants.intake_assign"
    INTAKE_OPEN = "participants.intake_open"
    PROTECTION_SET = "participants.protection_set"
    TEAM_EDIT = "participants.team_edit"
    CONSENT_RECORD = "participants.consent_record"
    CONSENT_WITHDRAW = "participants.consent_withdraw"
    QUESTION_ANSWER = "participants.question_answer"
    RELEASE_MAKE = "participants.release_make"
    RELEASE_TAKE_BACK = "participants.release_take_back"
    DISCLOSURE_WRITE = "participants.disclosure_write"
    PEER_PROPOSE = "participants.peer_propose"
    CARD_SHOW = "participants.card_show"
    CARD_TAKE_BACK = "participants.card_take_back"
    CARD_READ = "participants.card_read"
    REPRESENTATIVE_WRITE = "participants.representative_write"
    REPRESENTATIVE_END = "participants.representative_end"
    REPRESENTED_READ = "record.represented_read"
    SIGN_UP = "activities.sign_up"
    CALENDAR_EDIT = "activities.calendar_edit"
    DOOR_EDIT = "activities.door_edit"
    COMPANY_GIVE = "activities.company_give"
    SESSION_RUN = "activities.session_run"
    HOURS_EDIT = "activities.hours_edit"
    EVENT_EDIT = "activities.event_edit"
    SHEET_EDIT = "activities.sheet_edit"
    ENROLMENT_WRITE = "activities.enrolment_write"
    SUGGESTION_WRITE = "activities.suggestion_write"
    REFERRAL_WRITE = "activities.referral_write"
    REFERRAL_ANSWER = "activities.referral_answer"
    RELEASE_WRITE = "activities.release_write"
    RELEASE_READ = "activities.release_read"
    EMPLOYER_LIST = "employers.employer_list"
    EMPLOYER_ADD = "employers.employer_add"
    PLACEMENT_VIEW = "employers.placement_view"
    PLACEMENT_WRITE = "employers.placement_write"
    FOLLOW_UP_WRITE = "employers.follow_up_write"
    WORKPLACE_VIEW = "employers.workplace_view"
    CALL_ASK = "employers.call_ask"
    OVERVIEW_VIEW = "overview.overview_view"
    OVERVIEW_EXPORT = "overview.overview_export"
    REMINDER_FIGURES = "reminders.reminder_figures"
    REMINDER_RUN = "reminders.reminder_run"
    LOG_READ = "log.log_read"
    LOG_REVIEW = "log.log_review"
    EXTRACT = "record.extract"
    ORGANISATION_EDIT = "administration.organisation_edit"
    ACCOUNT_EDIT = "administration.account_edit"
    MEMBERSHIP_EDIT = "administration.membership_edit"
    RULE_VIEW = "retention.rule_view"
    RULE_WRITE = "retention.rule_write"
    HOLD_SET = "retention.hold_set"
    DISPOSAL_DECIDE = "retention.disposal_decide"


SUPPORT = {
    Permission.CASELOAD_VIEW,
    Permission.RECORD_VIEW,
    Permission.CONTACT_WRITE,
    Permission.STEP_WRITE,
    Permission.DECISION_WRITE,
    Permission.TEAM_EDIT,
    Permission.CONSENT_RECORD,
    Permission.CONSENT_WITHDRAW,
    Permission.RELEASE_MAKE,
    Permission.RELEASE_TAKE_BACK,
    Permission.ENROLMENT_WRITE,
    Permission.DOOR_EDIT,
    Permission.SUGGESTION_WRITE,
    Permission.REFERRAL_WRITE,
    Permission.EMPLOYER_LIST,
    Permission.EMPLOYER_ADD,
    Permission.PLACEMENT_VIEW,
    Permission.PLACEMENT_WRITE,
    Permission.FOLLOW_UP_WRITE,
    Permission.SIGN_IN_HELP,
}

# They see what a person shows them and nothing else, and have signed a pledge (domain.md R12).
PEERS = (Role.PEER_SUPPORTER, Role.VOLUNTEER)

INTAKE = {Permission.PERSON_REGISTER, Permission.INTAKE_ASSIGN, Permission.INTAKE_OPEN}
CARDS = {Permission.PEER_PROPOSE, Permission.CARD_TAKE_BACK}
MANDATES = {Permission.REPRESENTATIVE_WRITE, Permission.REPRESENTATIVE_END}
# All that a code or a card opens: times, contact and sign-ups (domain.md R26).
LIMITED = {Permission.OWN_CONTACT_VIEW, Permission.SIGN_UP}

GRANTS: dict[Role, set[Permission]] = {
    Role.PARTICIPANT: {
        Permission.LOG_READ,
        Permission.CONSENT_WITHDRAW,
        Permission.QUESTION_ANSWER,
        Permission.RELEASE_TAKE_BACK,
        Permission.CARD_SHOW,
        Permission.CARD_TAKE_BACK,
        Permission.REPRESENTATIVE_END,
        Permission.OWN_CONTACT_VIEW,
        Permission.MESSAGES_CHOOSE,
        Permission.PLAN_VIEW,
        Permission.PLAN_EDIT,
        Permission.PLACEMENT_VIEW,
        Permission.SIGN_UP,
        Permission.CALENDAR_EDIT,
        Permission.DOOR_EDIT,
    },
    Role.GUIDE: SUPPORT
    | INTAKE
    | CARDS
    | MANDATES
    | {
        *(Permission.PERSON_CLOSE, Permission.EXTRACT, Permission.RELEASE_WRITE),
        Permission.EVENT_EDIT,
    },
    Role.CASE_MANAGER: SUPPORT
    | INTAKE
    | CARDS
    | MANDATES
    | {Permission.PERSON_CLOSE, Permission.EXTRACT, Permission.RELEASE_WRITE},
    Role.JOB_COACH: SUPPORT,
    Role.ACTIVITY_LEADER: {
        Permission.SESSION_RUN,
        Permission.HOURS_EDIT,
        Permission.EVENT_EDIT,
        Permission.SHEET_EDIT,
        Permission.REFERRAL_ANSWER,
    },
    Role.MANAGER: {
        Permission.PERSON_REGISTER,
        Permission.PERSON_REOPEN,
        Permission.EVENT_EDIT,
        Permission.INTAKE_ASSIGN,
        Permission.PROTECTION_SET,
        Permission.DISCLOSURE_WRITE,
        Permission.EMPLOYER_LIST,
        Permission.OVERVIEW_VIEW,
        Permission.OVERVIEW_EXPORT,
        Permission.REMINDER_FIGURES,
        Permission.RULE_VIEW,
        Permission.HOLD_SET,
        Permission.DISPOSAL_DECIDE,
    },
    Role.ADMINISTRATOR: {
        Permission.SHEET_EDIT,
        Permission.ORGANISATION_EDIT,
        Permission.ACCOUNT_EDIT,
        Permission.MEMBERSHIP_EDIT,
        Permission.REMINDER_FIGURES,
        Permission.REMINDER_RUN,
        Permission.RULE_VIEW,
        Permission.RULE_WRITE,
    },
    Role.LOG_REVIEWER: {Permission.LOG_REVIEW},
    Role.BENEFITS_OFFICER: {Permission.RELEASE_READ},
    Role.EMPLOYER_CONTACT: {Permission.WORKPLACE_VIEW, Permission.CALL_ASK},
    Role.PEER_SUPPORTER: {Permission.CARD_READ, Permission.COMPANY_GIVE},
    Role.VOLUNTEER: {Permission.CARD_READ, Permission.COMPANY_GIVE},
    Role.REPRESENTATIVE: {Permission.REPRESENTED_READ},
}


def roles_with(permission: Permission) -> list[Role]:
    """Return the roles that may do an act: for those who look for somebody who may."""
    return [role for role, granted in GRANTS.items() if permission in granted]


def authorize(actor: Actor, permission: Permission) -> None:
    """Let the actor go on, or raise PermissionDenied: a colleague without the right gets 403."""
    if not actor.has_perm(permission):
        raise PermissionDenied(permission)
