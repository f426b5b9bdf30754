"""What is open today, what one can do there, and the door list of those who run it."""

from activities.urls import (
    about_people,
    at_the_door,
    events,
    for_everybody,
    for_people,
    our_sheets,
)

app_name = "activities"

urlpatterns = [
    *for_everybody.urlpatterns,
    *for_people.urlpatterns,
    *about_people.urlpatterns,
    *at_the_door.urlpatterns,
    *events.urlpatterns,
    *our_sheets.urlpatterns,
]
