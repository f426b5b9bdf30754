"""`Access`: who may see which kinds of information about whom. The rule: portal/access.py."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class InfoType(models.IntegerChoices):
    """The nine kinds of information of domain.md R2; a small number, so that policies stay fast."""

    CONTACT = 1, _("who supports you and how to reach you")
    PLAN = 2, _("plan and next step")
    ACTIVITY = 3, _("activities and attendance")
    PLACEMENT = 4, _("workplaces and employers")
    WISHES = 5, _("wishes and strengths")
    ADJUSTMENTS = 6, _("adjustments")
    HEALTH = 7, _("health")
    MONEY = 8, _("money")
    FOLLOW_UP = 9, _("notes from talks and follow-up")


class Ground(models.IntegerChoices):
    """Why somebody may see something; the person reads these words."""

    OWN = 1, _("your own record")
    MAIN_CONTACT = 2, _("your contact")
    TEAM = 3, _("works with you")
    CONSENT = 4, _("you have said yes")
    MANAGER = 5, _("manager of the unit")
    INTAKE = 6, _("receives new people")
    ACTIVITY = 7, _("leads an activity you take part in")
    MANDATED = 8, _("decides on money, and reads what has been sent there")
    REPRESENTATIVE = 9, _("speaks for you")
    RELEASE = 20, _("you have said yes to what is handed out")


class Level(models.IntegerChoices):
    """How far a ground reaches."""

    SENT = 0, _("only what has been sent")
    NAME = 1, _("name and times")
    READ = 2, _("reads")
    WRITE = 3, _("reads and writes")


class Access(models.Model):
    """One ground for one actor to see one person, or every person of a unit.

    Derived: nothing but the SQL function `refresh_access` writes here, and it may be rebuilt from
    the view `access_expected` at any time. Plain numbers instead of foreign keys: rows come and go
    with every change of team, and no other table may depend on them.
    """

    user_id = models.BigIntegerField()
    membership_id = models.BigIntegerField()  # 0: as oneself
    organisation_id = models.BigIntegerField(null=True)  # whose items the ground opens
    participant_id = models.BigIntegerField(null=True)  # null: everybody in `unit_id`
    unit_id = models.BigIntegerField(null=True)
    info_types = ArrayField(models.PositiveSmallIntegerField(choices=InfoType))
    level = models.PositiveSmallIntegerField(choices=Level)
    ground = models.PositiveSmallIntegerField(choices=Ground)
    source_id = models.BigIntegerField()  # the row that gave the ground, for the log
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("access")
        indexes = [
            models.Index(
                fields=["user_id", "membership_id", "participant_id"], name="access_of_an_actor"
            ),
            models.Index(
                fields=["participant_id"],
                name="access_to_a_person",
                condition=Q(participant_id__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "user_id",
                    "membership_id",
                    "participant_id",
                    "unit_id",
                    "ground",
                    "source_id",
                    "valid_from",
                ],
                name="a_ground_opens_a_record_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="access_is_to_a_person_or_to_a_unit",
                condition=Q(participant_id__isnull=False, unit_id=None)
                | Q(participant_id=None, unit_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_ground_display()} {self.source_id}"
