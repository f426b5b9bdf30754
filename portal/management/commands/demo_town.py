"""Fill an empty database with the town of the demo: 120 invented people and twelve who sign in."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from activities.models import Activity, CancelReason, OpeningException, Session
from activities.services import hours
from activities.services.sessions import cancel_session
from portal.actor import Actor
from portal.management.commands.seed import password, tidy
from portal.management.town.arriving import come_to_doors
from portal.management.town.at_work import show_at_work
from portal.management.town.building import NotEmpty, build, count_figures
from portal.management.town.company import ask_for_company
from portal.management.town.guarded import guard
from portal.management.town.keeping import Keeping
from portal.management.town.looks import Looks
from portal.management.town.meetings import hold_meetings
from portal.management.town.order import Order
from portal.management.town.organisations import GUIDES
from portal.management.town.peers import show_a_card
from portal.management.town.reaching import choose_ways
from portal.management.town.referring import ask_about_places
from portal.management.town.representatives import let_speak
from portal.management.town.robin import Story
from portal.management.town.suggesting import suggest_something
from portal.management.town.true_hours import keep_true
from portal.management.town.waiting import ask_an_employer, hand_over_somebody, wait_for_decisions
from portal.management.town.words import WORDS
from portal.models import Membership
from portal.permissions import Role
from portal.reminders import planning

MONTHS, SEED = 18, 2026
# With Robin, Samira has 24; some guides have just begun.
CASELOADS = (21, 16, 12, 10, 9, 8, 6, 5, 4, 3)
PARTICIPANTS = 119  # and Robin
TAKING_PART = 0.35
PART_TIME = 12  # people at most, for one who works half the week
CANCELLED = "cykelverkstaden"
CLOSED, WEDNESDAY = "kampen-oppet", 2


class Command(BaseCommand):
    help = "Fill an empty database with the invented town of the demo."

    def handle(self, *_args: Any, **_options: Any) -> None:
        today, now = timezone.localdate(), timezone.now()
        order = Order(
            PARTICIPANTS,
            MONTHS,
            SEED,
            today,
            caseloads=CASELOADS,
            taking_part=TAKING_PART,
            password=password(),
        )
        try:
            with transaction.atomic():
                counts = build(order, say=self.stdout.write)
                story = Story(today=today, now=now, password=order.password)
                story.tell()
                guard(story, today=today, now=now)
                show_a_card(story)
                show_at_work(story)
                let_speak(story)
                suggest_something(story)
                ask_about_places(story)
                wait_for_decisions(story)
                hand_over_somebody(story)
                ask_an_employer(story)
                come_to_doors(story)
                choose_ways(story)
                ask_for_company(story)
                cancel_one(now)
                close_a_day(today, now)
                keep_true(today, now)
                hold_meetings(today, now)
                work_part_time()
                Keeping(today=today, now=now).tell()
                planning.sweep()
                Looks(today=today, now=now).tell()
        except NotEmpty:
            message = "There are accounts in this database already. The town needs an empty one."
            raise CommandError(message) from None
        tidy(counts)
        count_figures(today)
        self.stdout.write("The invented town stands.")


def cancel_one(now: datetime) -> None:
    """Cancel a session to come, so that one sees how it looks and who is told."""
    coming = Session.objects.held().filter(activity__slug=CANCELLED, starts_at__gt=now)
    session = coming.select_related("activity").order_by("starts_at").first()
    leads = Membership.objects.current().filter(role=Role.ACTIVITY_LEADER)
    leader = leads.filter(unit=session.activity.organiser_id).first() if session else None
    if session and leader:
        by = Actor(leader.user, leader)
        cancel_session(session=session, by=by, now=now, reason=CancelReason.STAFF_ILL)


def close_a_day(today: date, now: datetime) -> None:
    """Close a place for a day next week; its session goes the way of any change of hours."""
    activity = Activity.objects.get(slug=CLOSED)
    day = today + timedelta(days=7 + (WEDNESDAY - today.weekday()) % 7)
    OpeningException.objects.create(activity=activity, on=day, reason=WORDS["closed_day"])
    hours.lay_out(today=today, now=now, only=[activity.pk])


def work_part_time() -> None:
    """Let one guide have more people than fit into half a week, for managers to see."""
    guides = Membership.objects.filter(role=Role.GUIDE, unit__name=GUIDES).order_by("pk")
    second = guides[1]
    Membership.objects.filter(pk=second.pk).update(caseload_limit=PART_TIME)
