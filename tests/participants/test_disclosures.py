"""What is handed out without a yes: the manager decides, writes why, and Robin reads it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from participants.models import Disclosure
from participants.services import disclosures
from portal.models import AuditEvent, InfoType
from tests.database import app_role


def told(**answers):
    return {
        "submission_id": str(uuid4()),
        "receiver": "Försäkringskassan",
        "what": "Datum för tre möten i mars",
        "info_types": [InfoType.CONTACT.value],
        "ground": "DUTY",
        "reason": "Lagen säger att vi måste svara på frågan.",
        "disclosed_on": timezone.localdate(),
    } | answers


MINE = "participants:my_disclosures"


@pytest.fixture
def url(robin_person):
    return reverse("participants:disclosure_write", args=[robin_person.public_id])


def test_karin_writes_it_down_and_robin_reads_what_to_whom_and_why(
    acting, manager, robin, guide, robin_person, url
):
    karin = acting(manager)
    found = karin.get(reverse("participants:disclosure_list"), {"q": "alm"}).text
    assert url in found
    assert karin.post(url, told()).status_code == 302
    assert reverse(MINE) in acting(robin).get(reverse("participants:who_sees")).text
    page = acting(robin).get(reverse(MINE)).text
    for said in (
        "Lagen kräver ibland att vi lämnar ut uppgifter.",
        "Försäkringskassan",
        "Datum för tre möten i mars",
        "Lagen säger att vi måste svara på frågan.",
        "OSL 10:28",
    ):
        assert said in page, said
    sharing = reverse("participants:sharing", args=[robin_person.public_id])
    assert "Datum för tre möten i mars" in acting(guide).get(sharing).text
    assert AuditEvent.objects.get(subject="disclosure", act="CREATE").user_id == manager.user.pk


def test_without_a_reason_nothing_is_written_down(acting, manager, url):
    answer = acting(manager).post(url, told(reason=""))
    assert answer.status_code == 422
    assert "Skriv varför det lämnades ut." in answer.text
    assert not Disclosure.objects.exists()


def test_a_day_to_come_is_no_day_on_which_something_left(acting, manager, url):
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert acting(manager).post(url, told(disclosed_on=tomorrow)).status_code == 422


def test_the_guide_cannot_decide_this(acting, guide, robin_person, url):
    assert acting(guide).post(url, told()).status_code == 403
    with pytest.raises(PermissionDenied):
        disclosures.write_disclosure(
            participant=robin_person, by=guide, **(told() | {"submission_id": uuid4()})
        )


def test_it_opens_nothing_and_another_organisation_does_not_even_see_it(
    acting, manager, case_manager, robin_person, url, yes_to_all_of_it
):
    acting(manager).post(url, told())
    assert not Disclosure.objects.visible_to(case_manager).exists()


def test_sent_twice_it_is_written_once(acting, manager, url):
    form = told()
    for _ in range(2):
        assert acting(manager).post(url, form).status_code == 302
    assert Disclosure.objects.count() == 1


@pytest.mark.parametrize(
    "act",
    ["UPDATE participants_disclosure SET reason = 'x'", "DELETE FROM participants_disclosure"],
)
def test_nobody_changes_what_was_written(acting, manager, url, act):
    acting(manager).post(url, told())
    with (
        app_role(),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        connection.cursor().execute(act)
