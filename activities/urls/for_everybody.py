"""What is open and what there is, for everybody."""

from django.urls import path

from activities.views import activities, coverage, directory, feeds, paper, today

urlpatterns = [
    path("idag/", today.today, name="today"),
    path("oppet-i-stan/", coverage.open_in_town, name="open_in_town"),
    path("idag/arbetare.js", feeds.worker, name="today_worker"),
    path("idag.ics", feeds.today_calendar, name="today_calendar"),
    path("idag.json", feeds.today_data, name="today_data"),
    path("vecka/utskrift/", paper.week_paper, name="week_paper"),
    path("hitta/", directory.directory, name="directory"),
    path("hitta/inget/", directory.directory_nothing, name="directory_nothing"),
    path("hitta/stod/<slug:slug>/", directory.support_detail, name="support_detail"),
    path(
        "hitta/organisation/<slug:slug>/", directory.organisation_detail, name="organisation_detail"
    ),
    path("aktiviteter/<slug:slug>/", activities.activity_detail, name="activity_detail"),
]
