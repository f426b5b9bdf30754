"""A decision that the way onwards waits for: written down in a minute, read by the person."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from participants.models import AwaitedDecision, Step
from participants.services.handovers import hand_over
from portal.models import AuditEvent
from portal.permissions import Role
from tests.factories import DecisionFactory, TeamMemberFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def text(answer):
    """Return what a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", "", answer.content.decode()).split())


@pytest.fixture
def written(robin_person, job_coach, guide, acting):
    """What Samira writes, with Petra to watch it."""
    TeamMemberFactory(participant=robin_person, membership=job_coach.membership)
    today = timezone.localdate()

    def write(**other):
        page = reverse("participants:decision_add", args=[robin_person.public_id])
        return acting(guide).post(
            page,
            {
                "submission_id": "6f0d3a3e-6f5b-4c4c-9d0a-1f3a9b1d2c3e",
                "authority": "AF",
                "text": "Plats med lönestöd",
                "asked_on": today - 30 * DAY,
                "expected_on": today + 7 * DAY,
                "watcher": job_coach.membership.pk,
                "meanwhile": "Hälsa på i verkstaden",
                **other,
            },
        )

    return write


def test_it_stands_in_the_record_and_in_the_plan_until_it_is_answered(
    written, robin_person, robin, guide, acting
):
    written()
    written()  # sent twice
    decision = AwaitedDecision.objects.get()
    assert Step.objects.get(text="Hälsa på i verkstaden").assignee is None
    record = reverse("person_record", args=[robin_person.public_id])
    plan = reverse("participants:my_plan")
    assert "30 dagars väntan" in text(acting(guide).get(record))
    assert "Vi väntar på svar från Arbetsförmedlingen." in text(acting(robin).get(plan))
    acting(guide).post(
        reverse("participants:decision_answer", args=[decision.public_id]),
        {"answer": "PARTLY", "answer_text": "Halvtid", "answered_on": timezone.localdate()},
    )
    after = text(acting(guide).get(record))
    assert "dagars väntan" not in after
    assert "Ett svar kom: Plats med lönestöd – Halvtid" in after
    assert "Plats med lönestöd: delvis. Halvtid" in text(acting(robin).get(plan))
    assert AuditEvent.objects.filter(subject="awaiteddecision").count() == 2


def test_late_answer_is_said_to_the_person_without_blame(robin_person, robin, acting):
    DecisionFactory(participant=robin_person, expected_on=timezone.localdate() - DAY)
    said = text(acting(robin).get(reverse("participants:my_plan")))
    assert "Svaret dröjer, och Samira frågar igen." in said


def test_plan_record_and_page_name_who_is_told_after_a_hand_over(
    robin_person, robin, guide, member, acting
):
    late = DecisionFactory(participant=robin_person, expected_on=timezone.localdate() - DAY)
    johan = member(Role.GUIDE, guide.membership.unit, first_name="Johan", last_name="Ek")
    hand_over(participant=robin_person, membership=johan.membership, by=guide)
    assert late.watcher == guide.membership
    assert "Svaret dröjer, och Johan frågar igen." in text(
        acting(robin).get(reverse("participants:my_plan"))
    )
    record = acting(johan).get(reverse("person_record", args=[robin_person.public_id]))
    assert "Johan bevakar det." in text(record)
    page = acting(johan).get(reverse("participants:decision_move", args=[late.public_id]))
    watcher = page.context["form"]["watcher"]
    assert [name for _value, name in watcher.field.choices] == ["Johan Ek"]
    assert watcher.value() == johan.membership.pk


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"watcher": "0"}, "watcher"),
        ({"asked_on": timezone.localdate() + DAY}, "asked_on"),
        ({"expected_on": timezone.localdate() - 31 * DAY}, "expected_on"),
    ],
)
def test_days_in_the_wrong_order_and_strangers_are_refused(written, wrong, field):
    answer = written(**wrong)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not AwaitedDecision.objects.exists()
