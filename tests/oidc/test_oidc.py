"""OpenID Connect against a real provider: who is let in, and who is tied to what."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from participants.services import personal_numbers
from participants.services import sign_in as services
from portal.models import Purpose, User
from portal.sign_in import linking
from tests.conftest import signed_in
from tests.factories import ParticipantFactory, UserFactory
from tests.oidc.server import running

EID, STAFF = "e-legitimation", "personal"
NUMBER = "19121212-1212"  # nobody's (domain.md 7)


@pytest.fixture(scope="module")
def provider():
    paths = [f"/konto/oidc/{name}/svar/" for name in (EID, STAFF)]
    with running(*(f"http://testserver{path}" for path in paths)) as server:
        yield server


@pytest.fixture(autouse=True)
def known_here(settings, provider):
    """The provider as this portal knows it, by both names."""

    def app(name):
        about = {"server_url": provider.url, "uid_field": "sub"}
        return {
            "provider_id": name,
            "name": name,
            "client_id": "portal",
            "secret": "secret-of-portal",
            "settings": about,
        }

    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app(EID), app(STAFF)]}
    }
    settings.OIDC_ACCEPTED = {EID: {"loa3"}, STAFF: {"mfa"}}
    return settings


def begin(browser, name=EID, **query):
    return browser.get(reverse("openid_connect_login", args=[name]), query).url


def go(browser, provider, name=EID, **query):
    """Sign in over there and come back; return our answer."""
    return browser.get(provider.through(begin(browser, name, **query)))


def who(browser):
    return browser.session.get("_auth_user_id")


@pytest.fixture
def tied(robin):
    """Robin, whose e-ID is known already."""
    SocialAccount.objects.create(user=robin.user, provider=EID, uid="robin-at-broker")
    return robin


@pytest.mark.django_db
def test_the_way_there_carries_pkce_state_and_nonce_and_nothing_from_the_address(client):
    address = begin(client, scope="admin", auth_params="prompt=none", process="connect")
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["nonce"][0]) >= 32
    assert asked["state"]
    assert "admin" not in asked["scope"][0]
    assert "prompt" not in asked


def test_person_signs_in_with_an_e_id_and_sees_everything(client, provider, tied):
    provider.sits("robin-at-broker")
    assert go(client, provider).status_code == 302
    assert who(client) == str(tied.user.pk)
    assert client.get(reverse("participants:my_plan")).status_code == 200


def test_somebody_unknown_is_never_made_an_account(client, provider, db):
    provider.sits("somebody", name="Någon")
    answer = go(client, provider)
    assert "Du får ditt konto av oss" in answer.text
    assert not User.objects.exists()
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("verified", [True, False])
def test_an_address_ties_nobody_to_an_account(client, provider, robin, verified):
    robin.user.email = "robin@example.org"
    robin.user.save(update_fields=["email"])
    provider.sits("thief", email="robin@example.org", email_verified=verified)
    go(client, provider)
    assert who(client) is None
    assert not SocialAccount.objects.exists()


def test_a_personal_number_ties_once_and_is_not_kept_in_the_clear(
    client, provider, robin, robin_person
):
    number = personal_numbers.read(NUMBER, today=timezone.localdate())
    personal_numbers.sealed(robin_person, number).save()
    provider.sits("first", personalIdentityNumber="191212121212")
    go(client, provider)
    assert who(client) == str(robin.user.pk)
    kept = SocialAccount.objects.get()
    assert "1212" not in str(kept.extra_data)
    other = Client()
    provider.sits("second", personalIdentityNumber="191212121212")
    go(other, provider)
    assert who(other) is None


def test_too_weak_an_e_id_is_refused(client, provider, tied):
    provider.sits("robin-at-broker", acr="loa2")
    assert "Det gick inte" in go(client, provider).text
    assert who(client) is None


def test_a_code_from_the_guide_ties_an_e_id(client, provider, robin, robin_person, guide):
    code = services.hand_over_code(participant=robin_person, by=guide, purpose=Purpose.LINK)
    answer = client.post(reverse("link_eid"), {"code": code})
    provider.sits("new-at-broker")
    address = client.get(answer.url).url
    client.get(provider.through(address))
    assert who(client) == str(robin.user.pk)
    assert SocialAccount.objects.get().uid == "new-at-broker"


def test_a_door_for_one_provider_is_none_for_another_and_closes(client, provider, robin):
    session = client.session
    session[linking.DOOR] = {"user": robin.user.pk, "provider": STAFF, "at": 9_999_999_999}
    session.save()
    provider.sits("somebody")
    go(client, provider)
    assert who(client) is None
    assert linking.DOOR not in client.session


def test_an_answer_that_is_sent_again_opens_nothing(client, provider, tied):
    provider.sits("robin-at-broker")
    back = provider.through(begin(client))
    client.get(back)
    client.post(reverse("account_logout"))
    assert "Det gick inte" in client.get(back).text
    assert who(client) is None


def test_an_answer_meant_for_another_browser_opens_nothing(client, provider, tied):
    """Login CSRF: a thief's answer, planted in somebody's browser."""
    provider.sits("robin-at-broker")
    back = provider.through(begin(Client()))
    begin(client)
    assert "Det gick inte" in client.get(back).text
    assert who(client) is None


def test_a_token_for_another_sign_in_is_refused(client, provider, tied):
    provider.sits("robin-at-broker")
    back = provider.through(begin(client))
    session = client.session
    session["oidc_nonce"] = "of another sign-in"
    session.save()
    assert "Det gick inte" in client.get(back).text
    assert who(client) is None


def test_a_token_of_another_issuer_is_refused(client, provider, tied, known_here):
    apps = known_here.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    elsewhere = {"issuer": "https://id.example.org"}
    apps[0]["settings"]["openid_configuration_overrides"] = elsewhere
    provider.sits("robin-at-broker")
    assert "Det gick inte" in go(client, provider).text
    assert who(client) is None


def test_a_token_for_another_portal_is_refused(client, provider, tied, known_here):
    """The audience: a token that another client was given, shown to us."""
    provider.sits("robin-at-broker")
    app = known_here.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app |= {"client_id": "another", "secret": "secret-of-another"}
    back = provider.through(begin(client))
    app |= {"client_id": "portal", "secret": "secret-of-portal"}
    assert "Det gick inte" in client.get(back).text
    assert who(client) is None


def test_somebody_who_says_no_over_there_is_back_where_they_can_choose(client, provider, tied):
    address = begin(client)
    state = parse_qs(urlsplit(address).query)["state"][0]
    back = reverse("openid_connect_callback", args=[EID])
    answer = client.get(back, {"error": "access_denied", "state": state}, follow=True)
    assert "välj ett annat sätt" in answer.text


def test_colleague_of_the_directory_needs_no_other_factor(client, provider, guide):
    SocialAccount.objects.create(user=guide.user, provider=STAFF, uid="samira")
    provider.sits("samira", amr=["pwd", "mfa"])
    go(client, provider, STAFF)
    assert client.get(reverse("participants:person_list")).status_code == 200


def test_a_directory_that_asked_for_one_thing_only_is_refused(client, provider, guide):
    SocialAccount.objects.create(user=guide.user, provider=STAFF, uid="samira")
    provider.sits("samira", amr=["pwd"])
    assert "Det gick inte" in go(client, provider, STAFF).text
    assert who(client) is None


def test_a_directory_that_asked_too_long_ago_is_refused(client, provider, guide, known_here):
    SocialAccount.objects.create(user=guide.user, provider=STAFF, uid="samira")
    provider.sits("samira", amr=["mfa"], ago=3600)
    back = provider.through(begin(client, STAFF))
    known_here.OIDC_STAFF_AGE = 1800
    assert "Det gick inte" in client.get(back).text
    assert who(client) is None


def test_an_account_that_is_closed_stays_closed(client, provider, tied):
    tied.user.is_active = False
    tied.user.save(update_fields=["is_active"])
    provider.sits("robin-at-broker")
    assert go(client, provider).url == reverse("account_inactive")
    assert who(client) is None


def test_one_after_another_in_one_browser_are_never_mixed(provider, tied):
    mika = ParticipantFactory(user=UserFactory(username="mika")).user
    SocialAccount.objects.create(user=mika, provider=EID, uid="mika-at-broker")
    browser = signed_in(tied)
    session = browser.session
    session["theirs"] = "kvar"
    session.save()
    provider.sits("mika-at-broker")
    go(browser, provider)
    assert who(browser) == str(mika.pk)
    assert "theirs" not in browser.session
    assert browser.session["sign_in"]["user"] == mika.pk
    methods = browser.session["account_authentication_methods"]
    assert [one["uid"] for one in methods] == ["mika-at-broker"]


def test_the_way_back_leads_nowhere_else(client, provider, tied):
    provider.sits("robin-at-broker")
    assert go(client, provider, next="https://example.org/").url == "/"
