"""Accounts, and the order of Swedish names."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

# å ä ö come last, in that order; in collation C { | } follow z, and accents sort as their letter.
SWEDISH_ORDER = ("ÅÄÖåäöÉÈÜéèü", "{|}{|}eeueeu")


class SwedishKey(models.GeneratedField):
    """A stored key that sorts names as a Swedish phone book does: last name, then first name.

    The bundled PostgreSQL has no ICU, and a stored key needs none anywhere. Sort by it, and
    search in it with text that `SWEDISH_ORDER` has translated.
    """

    def __init__(self, **kwargs: Any) -> None:
        named = Func(
            F("last_name"),
            Value(" "),
            F("first_name"),
            function="",
            arg_joiner=" || ",
            output_field=models.TextField(),
        )
        ordered = Func(
            named,
            *map(Value, SWEDISH_ORDER),
            function="TRANSLATE",
            output_field=models.TextField(),
        )
        kwargs["expression"] = Lower(ordered)
        kwargs["output_field"] = models.TextField(db_collation="C")
        kwargs["db_persist"] = True
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for derived in ("expression", "output_field", "db_persist"):
            del kwargs[derived]
        return name, path, args, kwargs


class Met(models.TextChoices):
    """How a colleague knew who the person was."""

    DOCUMENT = "DOCUMENT", _("saw an identity document")
    KNOWN = "KNOWN", _("has known the person for a long time")
    VOUCHED = "VOUCHED", _("somebody who knows the person was there")


class UserManager(BaseUserManager["User"]):
    """Make accounts; a person without e-mail signs in with a user name."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account; without a password it cannot be used until one is set."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An account: who signs in. What they may do is held by memberships, never here."""

    username = models.CharField(
        _("user name"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("That user name is taken. Choose another.")},
    )
    email = models.EmailField(
        _("e-mail"),
        null=True,
        blank=True,
        unique=True,
        error_messages={"unique": _("Another account has that e-mail address.")},
    )
    first_name = models.CharField(_("first name"), max_length=100)
    last_name = models.CharField(_("last name"), max_length=100)
    phone = PhoneNumberField(_("phone"), blank=True)
    hours = models.CharField(_("when you can be reached"), max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # A colleague has met the person whose account this is: then a code opens the whole of it.
    confirmed_at = models.DateTimeField(null=True, editable=False)
    confirmed_by = models.ForeignKey(
        "portal.Membership", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    confirmed_how = models.CharField(max_length=12, choices=Met, blank=True, editable=False)
    sort_key = SwedishKey()

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["first_name", "last_name"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="an_e_mail_address_belongs_to_one_account"
            ),
            models.UniqueConstraint(Lower("username"), name="a_user_name_belongs_to_one_account"),
            models.CheckConstraint(
                name="a_confirmed_account_says_by_whom_and_how",
                condition=Q(confirmed_at=None, confirmed_by=None, confirmed_how="")
                | (
                    Q(confirmed_at__isnull=False, confirmed_by__isnull=False) & ~Q(confirmed_how="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """First and last name, as colleagues say it."""
        return f"{self.first_name} {self.last_name}"
