"""What the tests of events do again and again: a meeting to come, and somebody who signs up."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils import timezone

from activities import guest_links
from activities.models import GuestSignUp
from portal.reminders.kinds import Recipient, registry
from portal.reminders.models import Reminder, Status
from tests.activities.factories import (
    SessionFactory,
)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def later(event, days=3):
    starts = (timezone.now() + days * DAY).replace(hour=12, minute=0, second=0, microsecond=0)
    return SessionFactory(activity=event, starts_at=starts, ends_at=starts + 2 * HOUR)


def form_of(session):
    return reverse("activities:event_sign_up", args=[session.activity.slug, session.pk])


def come(client, page, name="Ines", email="ines@example.org", **more):
    return client.post(page, {"name": name, "email": email, **more}, follow=True)


def link_of(email):
    return urlsplit(guest_links.own_link(GuestSignUp.objects.get(email=email).pk)).path


def letters(kind):
    return list(
        Reminder.objects.filter(kind=kind, status=Status.PLANNED).values_list(
            "recipient_kind", "recipient_id"
        )
    )


def words(row):
    """Return what a planned letter says, as it would be written now."""
    kind = registry.kinds[row.kind]
    due = kind.due([row.subject_id])[row.subject_id]
    return kind.text(due, Recipient(row.recipient_kind, row.recipient_id))
