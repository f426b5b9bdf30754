"""Where things happen, and how one gets there, in words."""

from urllib.parse import quote

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Entrance(models.TextChoices):
    """What one looks for when one has come: a drawing in static/img/places.svg."""

    DOOR = "DOOR", _("a door")
    GLASS = "GLASS", _("a glass door")
    GATE = "GATE", _("a gate")
    GARAGE = "GARAGE", _("a garage door")
    STAIRS = "STAIRS", _("stairs down")
    OUTDOORS = "OUTDOORS", _("no door, it is outdoors")


class Place(models.Model):
    """A house or a room in town; a map is never the only way to find it."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    address = models.CharField(_("address"), max_length=200)
    way = models.TextField(_("the way there, in words"), max_length=600, blank=True)
    bus = models.CharField(_("bus and stop"), max_length=200, blank=True)
    minutes_on_foot = models.PositiveSmallIntegerField(
        _("minutes on foot from the railway station"), null=True, blank=True
    )
    entrance = models.CharField(_("the way in"), max_length=10, choices=Entrance, blank=True)
    door = models.CharField(_("what the door looks like"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")

    def __str__(self) -> str:
        return self.name

    @property
    def map_url(self) -> str:
        """Where a map shows it: somebody else's page, which one opens oneself."""
        return settings.PORTAL_MAP.format(address=quote(self.address))


class Room(models.Model):
    """A room of a place: two activities are not in it at once without somebody being told."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="rooms")
    name = models.CharField(_("room"), max_length=60)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [
            models.UniqueConstraint(fields=["place", "name"], name="a_place_has_one_room_of_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class PlaceClosing(models.Model):
    """Days when a whole place is shut, whatever its activities say: what clashes is shown."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="closings")
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    reason = models.CharField(_("why"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("closed days")
        verbose_name_plural = _("closed days")
        indexes = [models.Index(fields=["place", "last_on"], name="closings_of_a_place")]
        constraints = [
            models.CheckConstraint(
                name="a_closing_ends_after_it_starts",
                condition=Q(last_on__gte=F("first_on")),
                violation_error_message=_("The last day must not come before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.first_on}"
