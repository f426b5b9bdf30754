"""The portal's addresses, with holes: a checker that finds nothing here finds nothing anywhere."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import include, path

from participants.views.mine import my_goal
from portal.models import User


@login_not_required
def left_open(_request, **_captured):
    return HttpResponse("Robin Almqvist")


def goal_and_all(request):
    """Save Robin's goal, and then write down whatever else stands in what was sent."""
    answer = my_goal(request)
    if "first_name" in request.POST:
        User.objects.filter(pk=request.user.pk).update(first_name=request.POST["first_name"])
    return answer


urlpatterns = [
    path("personer/<uuid:person_id>/", left_open),  # the record
    path("min-plan/mal/", goal_and_all),
    path("", include("portal.urls")),
]
