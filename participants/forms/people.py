"""Registering a person, who walks beside them, and how they sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from participants.models import Protection
from participants.models.protection import LEAST_WORDS
from participants.services.closing import ClosingReason
from portal.forms import Form, day_within
from portal.models import Membership, User
from portal.permissions import Permission, Role

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from portal.actor import Actor

ABOUT_PROTECTION = {"protection", "why_protected"}
SUPPORTING = (Role.GUIDE, Role.CASE_MANAGER, Role.JOB_COACH)


def phone_field() -> PhoneNumberField:
    """Return the question for a Swedish or foreign number."""
    return PhoneNumberField(
        label=_("Mobile number"),
        required=False,
        region="SE",
        widget=forms.TextInput({"type": "tel", "autocomplete": "off"}),
        error_messages={"invalid": _("Write the mobile number, for example 070-174 06 05.")},
    )


class AddressForm(Form):
    """Another number or e-mail address, when the old one does not work."""

    phone = phone_field()
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)


class PersonForm(Form):
    """Register somebody who wants in: the names are enough."""

    creates = True
    submit_label = _("Register")

    first_name = forms.CharField(label=_("First name"), max_length=100)
    last_name = forms.CharField(label=_("Last name"), max_length=100)
    phone = phone_field()
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)
    asked = forms.CharField(
        label=_("What does the person want right now?"),
        required=False,
        max_length=300,
        help_text=_("In their own words. Every answer is good."),
    )
    contact = forms.ChoiceField(
        label=_("Who becomes the contact?"),
        widget=forms.RadioSelect,
        choices=[("ME", _("I do")), ("INTAKE", _("The person waits for a contact in our unit"))],
    )

    protection = forms.TypedChoiceField(
        label=_("Does the person have protected identity?"),
        coerce=lambda value: Protection(int(value)),
        choices=Protection.choices,
        initial=Protection.NONE,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Then nobody but you finds the person, until you name somebody."),
    )
    why_protected = forms.CharField(
        label=_("Why is the person protected?"), required=False, max_length=300
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if actor.role not in SUPPORTING:
            del self.fields["contact"]
        if not actor.has_perm(Permission.PROTECTION_SET):
            del self.fields["protection"], self.fields["why_protected"]

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        if not answers.get("protection"):
            return {key: one for key, one in answers.items() if key not in ABOUT_PROTECTION}
        if len(answers.get("why_protected", "")) < LEAST_WORDS:
            self.add_error("why_protected", _("Write a little more: at least 20 characters."))
        return answers


def colleagues(*besides: Role) -> QuerySet[Membership]:
    """Return those who may walk beside a person, in the order of their names."""
    return (
        Membership.objects.current()
        .filter(role__in=(*SUPPORTING, *besides))
        .select_related("user", "unit__owner")
        .order_by("user__sort_key", "pk")
    )


class ColleagueSearchForm(Form):
    """Find a colleague by name: a register never stands in a choice field."""

    form_method = "get"
    submit_label = _("Search")
    template = "vag/filter.html"

    q = forms.CharField(label=_("Search colleague"), max_length=100, required=False)


class MainContactForm(Form):
    """Why the contact changes."""

    submit_label = _("Make this the contact")

    reason = forms.CharField(label=_("Why"), required=False, max_length=200)


class HandoverForm(MainContactForm):
    """Why the contact changes, and what goes along, so that the person need not tell it anew."""

    submit_label = _("Continue")

    meets_on = forms.DateField(
        label=_("When do you meet for the first time?"),
        required=False,
        widget=forms.DateInput,
        help_text=_("The person reads this. Leave it empty if it is not known."),
    )
    comes_along = forms.BooleanField(label=_("The contact before comes along"), required=False)
    words = forms.CharField(
        label=_("What should the new contact know?"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("What works, and what to be careful with. The person reads this too."),
    )

    def __init__(self, *args: Any, giver: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if giver:
            self.fields["comes_along"].label = _("%(name)s comes along") % {"name": giver}
            self.fields["comes_along"].help_text = _("Stays on the team until you have met.")
            self.fields["comes_along"].initial = True
        else:
            del self.fields["comes_along"]

    def clean_meets_on(self) -> date | None:
        return day_within(self.cleaned_data["meets_on"], timezone.localdate(), ahead=1)


class TeamMemberForm(Form):
    """A colleague who walks along for a while."""

    creates = True
    submit_label = _("Add to the team")

    reason = forms.CharField(
        label=_("What will they help with?"),
        max_length=200,
        error_messages={"required": _("Write what they will help with")},
    )
    planned_end_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Leave it empty if it is not known."),
    )

    def clean_planned_end_on(self) -> date | None:
        return day_within(self.cleaned_data["planned_end_on"], timezone.localdate())


class TeamMemberEndForm(Form):
    """Why a colleague steps back."""

    submit_label = _("End")

    end_reason = forms.CharField(
        label=_("Why does it end?"),
        max_length=200,
        error_messages={"required": _("Write a few words about why it ends")},
    )


class CloseForm(Form):
    """Why the work with a person ends."""

    submit_label = _("End the support")

    reason = forms.ChoiceField(
        label=_("Why does it end?"), widget=forms.RadioSelect, choices=ClosingReason.choices
    )


validate_username = RegexValidator(
    r"^[a-z0-9][a-z0-9._-]+$", _("Use small letters a to z, figures and dots.")
)


class NewPasswordForm(Form):
    """Nothing to fill in: the password is made up, and shown once."""

    submit_label = _("Give a new password")


class AccountForm(Form):
    """A user name for somebody who wants to sign in without e-mail."""

    submit_label = _("Make the account")

    username = forms.CharField(
        label=_("User name"),
        min_length=3,
        max_length=50,
        help_text=_("Easy to remember, such as robin.alm"),
    )

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"].lower()
        validate_username(username)
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(_("That user name is taken. Choose another."))
        return username
