"""Where things happen, and how one gets there, in words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Place(models.Model):
    """A house or a room in town; a map is never the only way to find it."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    address = models.CharField(_("address"), max_length=200)
    way = models.TextField(_("the way there, in words"), max_length=600, blank=True)
    bus = models.CharField(_("bus and stop"), max_length=200, blank=True)
    minutes_on_foot = models.PositiveSmallIntegerField(
        _("minutes on foot from the railway station"), null=True, blank=True
    )
    door = models.CharField(_("what the door looks like"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")

    def __str__(self) -> str:
        return self.name
