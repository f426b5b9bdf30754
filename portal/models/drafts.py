"""What somebody typed and has not saved yet. Written through portal/drafts.py."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Draft(models.Model):
    """The typed fields of one form of one user, encrypted, kept for 24 hours."""

    user = models.ForeignKey("portal.User", on_delete=models.CASCADE, related_name="drafts")
    path = models.CharField(max_length=300)
    sealed = models.BinaryField()
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(fields=["user", "path"], name="a_form_has_one_draft_per_user")
        ]

    def __str__(self) -> str:
        return self.path
