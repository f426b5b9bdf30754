"""What people say of themselves: that they come, wait, do not come; and what they are asked."""

from django.urls import path

from activities.views import (
    absences,
    arriving,
    calendars,
    cards,
    company,
    paper,
    releases,
    sign_ups,
    suggestions,
)

urlpatterns = [
    path("kalender/<slug:secret>.ics", calendars.calendar, name="calendar"),
    path("min-kalender/", calendars.my_calendar, name="my_calendar"),
    path("min-kalender/ny/", calendars.my_calendar_make, name="my_calendar_make"),
    path("min-kalender/bort/", calendars.my_calendar_end, name="my_calendar_end"),
    path("vecka/min/utskrift/", paper.my_week_paper, name="my_week_paper"),
    path("vid-dorren/", arriving.my_door, name="my_door"),
    path("forslag/<uuid:suggestion_id>/svara/", suggestions.my_suggestion, name="my_suggestion"),
    path("kort/<uuid:card_id>/", cards.my_card, name="my_card"),
    path("skickas/", releases.my_release_list, name="my_release_list"),
    path("skickas/<uuid:mandated_id>/", releases.my_release, name="my_release"),
    path("skickas/<uuid:mandated_id>/ja/", releases.my_release_confirm, name="my_release_confirm"),
    path("skickas/<uuid:mandated_id>/vanta/", releases.my_release_hold, name="my_release_hold"),
    path("pass/<int:session_id>/kommer/", sign_ups.sign_up, name="sign_up"),
    path("pass/<int:session_id>/inte-den-har-gangen/", absences.my_absence, name="my_absence"),
    path("pass/<int:session_id>/jag-kommer/", absences.my_absence_undo, name="my_absence_undo"),
    path("pass/<int:session_id>/ga-med-mig/", company.company_ask, name="company_ask"),
    path("pass/<int:session_id>/sallskap/", company.my_company, name="my_company"),
    path(
        "pass/<int:session_id>/sallskap/ta-tillbaka/",
        company.my_company_end,
        name="my_company_end",
    ),
    path(
        "pass/<int:session_id>/sallskap/nej-tack/",
        company.my_company_refuse,
        name="my_company_refuse",
    ),
    path("pass/<int:session_id>/ko/", sign_ups.sign_up_wait, name="sign_up_wait"),
    path("pass/<int:session_id>/ja-tack/", sign_ups.sign_up_accept, name="sign_up_accept"),
    path("pass/<int:session_id>/kommer-inte/", sign_ups.sign_up_withdraw, name="sign_up_withdraw"),
]
