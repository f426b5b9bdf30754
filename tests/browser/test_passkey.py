"""A passkey, with a real browser and a device that Chromium plays: made, used, and asked again."""

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.urls import reverse

PASSWORD = "kaffe-vid-havet-igen"  # noqa: S105 (of an invented person)


@pytest.fixture
def samira(server, guide, settings):
    settings.ALLOWED_HOSTS = ["localhost"]  # a passkey belongs to a name, never to an address
    with transaction.atomic():
        guide.user.set_password(PASSWORD)
        guide.user.save(update_fields=["password"])
    return guide.user


@pytest.fixture
def desk(browser, server):
    """A browser whose device has a key and knows its owner; and what its console says."""
    context = browser.new_context(locale="sv-SE")
    page = context.new_page()
    said = []
    page.on("console", lambda one: "Clear-Site-Data" in one.text or said.append(one.text))
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    about = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": about})
    page.said = said
    page.home = server.replace("127.0.0.1", "localhost")
    yield page
    context.close()


def test_guide_makes_a_passkey_at_the_first_sign_in_and_then_signs_in_by_it(desk, samira):
    desk.goto(desk.home + reverse("account_login"))
    desk.fill("#id_login", samira.username)
    desk.fill("#id_password", PASSWORD)
    desk.click("form:has(#id_password) button[type=submit]")
    desk.wait_for_url(f"**{reverse('mfa_index')}")
    desk.click("text=Lägg till en passnyckel")
    desk.click("text=Lägg till enheten")
    desk.wait_for_url(f"**{reverse('mfa_view_recovery_codes')}")
    desk.click("text=Jag har dem, gå vidare")
    desk.wait_for_url(f"**{reverse('participants:person_list')}")
    desk.click("text=Logga ut")
    desk.wait_for_url("**/idag/")
    desk.goto(desk.home + reverse("account_login"))
    desk.click("text=Använd din passnyckel")
    desk.wait_for_url(f"**{reverse('participants:person_list')}")
    assert not desk.said  # nothing inline: the policy had nothing to stop
    assert Authenticator.objects.filter(user=samira, type="webauthn").count() == 1
