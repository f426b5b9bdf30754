"""*Mina personer*: one lean row per colleague and person, kept by the database as work is done."""

from __future__ import annotations

from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from participants.models.contacts import Mode
from participants.models.people import Participant


class Reason(models.IntegerChoices):
    """*Varför nu*, most urgent first; each is a rule that a guide can read aloud."""

    NEW = 1, _("New")
    LATE_STEP = 2, _("Late step")
    STEP_TODAY = 3, _("Step today")
    NO_NEXT_STEP = 4, _("No next step")
    NO_CONTACT = 5, _("No contact for 14 days")
    LATE_DECISION = 6, _("Decision is late")
    FLOWING = 7, _("Flows along")


# The rows of the actor's own that are in force: each was computed from what that colleague may see.
MINE = (
    "membership_id = %(membership_id)s AND since <= statement_timestamp()"
    " AND (until IS NULL OR until > statement_timestamp())"
)


class Caseload(models.Model):
    """What one colleague needs to know of one person in a list, from items they may see.

    Derived, as `Access` is: only functions of the database write here, and `MINE` tells whose row
    it is. `caseload_differences` compares the copied words with their sources. Nothing that
    depends on today is stored; the reason is found by comparing dates when the list is read.
    """

    membership_id = models.BigIntegerField()
    participant = models.ForeignKey(
        Participant,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,  # the constraint below begins with it
    )
    is_main_contact = models.BooleanField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)  # when the last ground ends, if it is known
    is_new = models.BooleanField()  # nobody has reached the person since the work began
    last_contact_at = models.DateTimeField(null=True)
    last_contact_mode = models.CharField(max_length=10, choices=Mode, blank=True)
    next_step_id = models.BigIntegerField(null=True)
    next_step_on = models.DateField(null=True)
    decision_on = models.DateField(null=True)  # the earliest day that an answer is counted on
    # What the list shows, so that it joins nothing. The step's words hold until the colleague's
    # last ground to read them ends: that is compared when the list is read.
    next_step_text = models.CharField(max_length=200, blank=True)
    next_step_until = models.DateTimeField(null=True)
    public_id = models.UUIDField()
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    sort_key = models.TextField(db_collation="C")

    class Meta:
        verbose_name = _("row of a caseload")
        verbose_name_plural = _("caseloads")
        indexes = [
            # in two steps among any number of rows; the primary key's tree grows with them
            HashIndex(fields=["id"], name="caseload_by_number"),
            models.Index(
                fields=["membership_id", "since", "id"],
                name="caseload_new",
                condition=Q(is_new=True),
                include=["until", "is_main_contact"],
            ),
            models.Index(
                fields=["membership_id", "next_step_on", "id"],
                name="caseload_by_step",
                condition=Q(is_new=False, next_step_id__isnull=False),
                include=["since", "until", "is_main_contact"],
            ),
            models.Index(
                fields=["membership_id", "last_contact_at", "id"],
                name="caseload_without_step",
                condition=Q(is_new=False, next_step_id=None),
                include=["since", "until", "is_main_contact"],
            ),
            models.Index(
                fields=["membership_id", "last_contact_at", "id"],
                name="caseload_by_contact",
                condition=Q(is_new=False, next_step_id__isnull=False),
                include=["next_step_on", "decision_on", "since", "until", "is_main_contact"],
            ),
            models.Index(
                fields=["membership_id", "decision_on", "id"],
                name="caseload_by_decision",
                condition=Q(is_new=False, next_step_id__isnull=False, decision_on__isnull=False),
                include=["next_step_on", "last_contact_at", "since", "until", "is_main_contact"],
            ),
            # for the letter about those nobody has been in touch with: some weeks of all there are
            models.Index(
                Coalesce("last_contact_at", "since"),
                name="caseload_by_silence",
                condition=Q(is_main_contact=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "membership_id"], name="a_person_is_in_a_caseload_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.participant}"
