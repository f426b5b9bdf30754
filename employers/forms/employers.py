"""Finding an employer in the register, and writing one down."""

from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from portal.forms import FilterForm, Form


class EmployerSearchForm(FilterForm):
    """Find an employer by a part of its name."""

    page = "employers:employer_list"
    submit_label = _("Search")

    q = forms.CharField(label=_("Search employer by name"), required=False, max_length=100)


class EmployerForm(Form):
    """An employer: the name is enough."""

    name = forms.CharField(
        label=_("What is the employer called?"),
        max_length=200,
        error_messages={"required": _("Write the name of the employer")},
    )
    trade = forms.CharField(
        label=_("Trade"),
        required=False,
        max_length=100,
        help_text=_("For example: garden, warehouse, café."),
    )
    contact_name = forms.CharField(label=_("Whom to ring"), required=False, max_length=200)
    contact_phone = PhoneNumberField(
        label=_("Phone"),
        required=False,
        region="SE",
        widget=forms.TextInput({"type": "tel", "autocomplete": "off"}),
        error_messages={"invalid": _("Write the number, for example 040-628 04 00.")},
    )
    contact_email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)


class NewEmployerForm(EmployerForm):
    """An employer that is not in the register yet."""

    creates = True
    submit_label = _("Add the employer")
