"""The pages of allauth that the portal offers; what else it has is not reachable.

allauth looks its pages up by these names.
"""

from allauth.account import views
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as usersessions
from django.urls import path, re_path

from portal.pages.sign_in import codes, factors, oidc
from portal.pages.sign_in.entrance import leaving, left, telling, ways

urlpatterns = [
    path("login/", telling(views.login), name="account_login"),
    path("logout/", leaving, name="account_logout"),
    path("slut/", left, name="left"),
    path("kod/", codes.code_request, name="account_request_login_code"),
    path("kod/skriv/", codes.code_confirm, name="account_confirm_login_code"),
    path("kod-fran-kontakt/", codes.handed_code, name="handed_code"),
    path("kort/", codes.card, name="card"),
    path("kort/stoppa/", codes.card_stop, name="card_stop"),
    path("satt/", ways, name="sign_in_ways"),
    path("oidc/<slug:provider_id>/", oidc.start, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/svar/", oidc.back, name="openid_connect_callback"),
    path("avbrot/", oidc.cancelled, name="socialaccount_login_cancelled"),
    path("koppla/", oidc.link, name="link_eid"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),  # says that staff hand out accounts
    path("bekrafta/", telling(views.reauthenticate), name="account_reauthenticate"),
    path("password/change/", telling(views.password_change), name="account_change_password"),
    path("password/reset/", telling(views.password_reset), name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        telling(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("enheter/", usersessions.list_usersessions, name="usersessions_list"),
    path("sakerhet/", mfa.index, name="mfa_index"),
    path("andra-steget/", telling(mfa.authenticate), name="mfa_authenticate"),
    path("bekrafta/kod/", telling(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("sakerhet/app/ny/", factors.add_app, name="mfa_activate_totp"),
    path("sakerhet/app/bort/", telling(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("sakerhet/koder/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "sakerhet/koder/nya/",
        telling(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("passnyckel/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path(
        "bekrafta/passnyckel/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"
    ),
    path("sakerhet/passnycklar/", factors.passkeys, name="mfa_list_webauthn"),
    path("sakerhet/passnycklar/ny/", factors.add_passkey, name="mfa_add_webauthn"),
    path("sakerhet/passnycklar/<int:pk>/bort/", factors.remove_passkey, name="mfa_remove_webauthn"),
]
