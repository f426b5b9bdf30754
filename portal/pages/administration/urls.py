"""*Administration*: organisations, accounts and roles. No page here knows a participant."""

from django.urls import path

from portal.pages.administration.views import accounts, memberships, organisations

app_name = "administration"
ORGANISATION = "organisationer/<int:organisation_id>/"
ACCOUNT = "konton/<int:user_id>/"
MEMBERSHIP = "roller/<int:membership_id>/"

urlpatterns = [
    path("", organisations.home, name="home"),
    path("organisationer/", organisations.organisation_list, name="organisation_list"),
    path("organisationer/ny/", organisations.organisation_add, name="organisation_add"),
    path(ORGANISATION, organisations.organisation_detail, name="organisation_detail"),
    path(f"{ORGANISATION}ny/", organisations.organisation_add, name="unit_add"),
    path(f"{ORGANISATION}andra/", organisations.organisation_change, name="organisation_change"),
    path(f"{ORGANISATION}stang/", organisations.organisation_close, name="organisation_close"),
    path(f"{ORGANISATION}oppna/", organisations.organisation_open, name="organisation_open"),
    path(f"{ORGANISATION}bjud-in/", accounts.account_invite, name="account_invite"),
    path("konton/", accounts.account_list, name="account_list"),
    path("konton/ny/", memberships.unit_choose, name="account_new"),
    path(ACCOUNT, accounts.account_detail, name="account_detail"),
    path(f"{ACCOUNT}ratta/", accounts.account_mend, name="account_mend"),
    path(f"{ACCOUNT}ny-start/", accounts.account_restart, name="account_restart"),
    path(f"{ACCOUNT}stang/", accounts.account_close, name="account_close"),
    path(f"{ACCOUNT}roll/", memberships.unit_choose, name="unit_choose"),
    path(
        f"{ACCOUNT}roll/<int:organisation_id>/",
        memberships.membership_start,
        name="membership_start",
    ),
    path(f"{MEMBERSHIP}slut/", memberships.membership_end, name="membership_end"),
    path(f"{MEMBERSHIP}tak/", memberships.membership_limit, name="membership_limit"),
    path(f"{MEMBERSHIP}fortsatt/", memberships.membership_prolong, name="membership_prolong"),
]
