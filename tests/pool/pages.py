"""Pages without `visible_to`, which fail where they are asked to: what shows is what is let by."""

from contextlib import suppress

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection, transaction
from django.http import JsonResponse
from django.urls import include, path

from participants.models import Participant


class OutOfLuck(Exception):
    """A page fails, as pages do."""


def everybody():
    return sorted(Participant.objects.values_list("pk", flat=True))


def backend():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_backend_pid(), coalesce(current_setting('app.user_id', true), '')"
        )
        return cursor.fetchone()


def break_sql():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")


def people(request):
    """Show all that the database shows, and fail before, between or after, or get over it."""
    fails = request.GET.get("fails")
    seen = everybody()
    if fails == "python":
        raise OutOfLuck
    if fails == "sql":
        break_sql()
    if fails == "savepoint":
        with transaction.atomic():
            Participant.objects.update(first_name="Ingen")
            raise OutOfLuck
    if fails == "mended":
        with suppress(DatabaseError), transaction.atomic():
            break_sql()
        seen = everybody()
    pid, told = backend()
    return JsonResponse({"seen": seen, "backend": pid, "told": told})


@login_not_required
def nobody(_request):
    pid, told = backend()
    return JsonResponse({"seen": everybody(), "backend": pid, "told": told})


urlpatterns = [
    path("alla/", people),
    path("ingen/", nobody),
    path("", include("portal.urls")),
]
