"""What only the demonstration has: one click to sign in, and the mail that was sent."""

from django.urls import reverse

from tests.factories import UserFactory


def test_one_click_signs_in_as_an_invented_account(client, db):
    UserFactory(username="samira", email="samira@example.org", first_name="Samira")
    page = client.get(reverse("account_login"))
    assert 'value="samira@example.org"' in page.text
    client.post(reverse("demo_sign_in"), {"account": "samira@example.org"})
    assert "_auth_user_id" in client.session


def test_one_click_opens_no_other_account(client, db):
    UserFactory(username="annan", email="annan@example.org")
    answer = client.post(reverse("demo_sign_in"), {"account": "annan@example.org"})
    assert answer.status_code == 404
    assert "_auth_user_id" not in client.session


def test_the_mail_page_shows_what_the_catcher_kept(client, db, settings, tmp_path):
    settings.PORTAL_DEMO_MAIL = str(tmp_path)
    letter = "X-Envelope-To: robin@example.org\nSubject: Steg i morgon\nDate: x\n\nHej!\n"
    (tmp_path / "1.eml").write_text(letter)
    page = client.get(reverse("demo_mail")).text
    assert "Steg i morgon" in page
    assert "robin@example.org" in page
