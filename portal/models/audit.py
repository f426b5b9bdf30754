"""The log of who saw and did what. Rows are written through portal/audit.py and never changed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditAct(models.TextChoices):
    """What was done, in words that the person the line is about can read."""

    VIEW = "VIEW", _("read your record")
    LIST = "LIST", _("saw you in a list")
    CREATE = "CREATE", _("wrote something")
    CHANGE = "CHANGE", _("changed something")
    EXPORT = "EXPORT", _("took out figures")
    DENIED = "DENIED", _("was stopped")


class AuditEvent(models.Model):
    """One page, search, list or act, with everybody it showed (domain.md R13).

    INSERT-only: portal_app has no right to change or delete, and a trigger stops the owner too.
    A page that shows fifty people writes one line with fifty numbers.
    """

    at = models.DateTimeField(auto_now_add=True)
    act = models.CharField(max_length=10, choices=AuditAct)
    subject = models.CharField(max_length=40)  # the kind of thing, such as `contact`
    subject_id = models.BigIntegerField(null=True)
    participants = ArrayField(models.BigIntegerField(), default=list)
    info_types = ArrayField(models.PositiveSmallIntegerField(), default=list)
    user_id = models.BigIntegerField(null=True)
    membership_id = models.BigIntegerField(null=True)
    role = models.CharField(max_length=20, blank=True)
    organisation_id = models.BigIntegerField(null=True)
    purpose = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("log line")
        verbose_name_plural = _("log")

    def __str__(self) -> str:
        return f"{self.get_act_display()} ({self.subject})"
