"""The log of who saw and did what. Rows are written through portal/audit.py and never changed."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class AuditAct(models.TextChoices):
    """What was done, in words that the person the line is about can read."""

    VIEW = "VIEW", _("read your record")
    LIST = "LIST", _("saw you in a list")
    SEARCH = "SEARCH", _("found you in a search")
    CREATE = "CREATE", _("wrote something")
    CHANGE = "CHANGE", _("changed something")
    EXPORT = "EXPORT", _("took out a copy")
    PRINT = "PRINT", _("printed")
    DENIED = "DENIED", _("was stopped")


class AuditEvent(models.Model):
    """One page, search, list or act, with everybody it showed (domain.md R13).

    INSERT-only: portal_app has no right to change or delete, and a trigger stops the owner too.
    A page that shows fifty people writes one line with fifty numbers. The table is partitioned by
    month on `at`, which the database's own clock sets; `AuditSeal` shows what was changed since.
    """

    at = models.DateTimeField(db_default=Now())
    act = models.CharField(max_length=10, choices=AuditAct)
    subject = models.CharField(max_length=40)  # the kind of thing, such as `contact`
    subject_id = models.BigIntegerField(null=True)
    participants = ArrayField(models.BigIntegerField(), default=list)
    info_types = ArrayField(models.PositiveSmallIntegerField(), default=list)
    # Why this person was within reach, and the row that says so; lists have no single ground.
    ground = models.PositiveSmallIntegerField(null=True)
    source_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    membership_id = models.BigIntegerField(null=True)
    role = models.CharField(max_length=20, blank=True)
    organisation_id = models.BigIntegerField(null=True)
    purpose = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("log line")
        verbose_name_plural = _("log")
        indexes = [
            GinIndex(fields=["participants"], name="log_of_a_person"),
            BrinIndex(fields=["at"], name="log_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} ({self.subject})"


class AuditSeal(models.Model):
    """What was new in the log at a moment, with a digest of each row; chained to the one before.

    Written by the SQL function `seal_audit` alone, and append-only as the log is. `audit_faults`
    names the row that has been changed or is gone.
    """

    no = models.PositiveIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    month = models.DateField()  # of its rows, in UTC: they go with the month, and the seal stays
    ids = ArrayField(models.BigIntegerField())
    lines = ArrayField(models.BinaryField())  # SHA-256 of each row
    highest = models.BigIntegerField(db_index=True)  # among `ids`
    complete_to = models.BigIntegerField()  # every row up to here is in this seal or an earlier one
    previous = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")

    def __str__(self) -> str:
        return f"{self.no}"
