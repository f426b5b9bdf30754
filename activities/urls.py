"""What is open today, what one can do there, and the door list of those who run it."""

from django.urls import path

from activities.views import (
    absences,
    activities,
    cards,
    coverage,
    directory,
    door,
    enrolments,
    feeds,
    referrals,
    releases,
    sessions,
    sign_ups,
    suggestions,
    today,
)

app_name = "activities"

urlpatterns = [
    path("idag/", today.today, name="today"),
    path("oppet-i-stan/", coverage.open_in_town, name="open_in_town"),
    path("idag.ics", feeds.today_calendar, name="today_calendar"),
    path("idag.json", feeds.today_data, name="today_data"),
    path(
        "personer/<uuid:person_id>/aktiviteter/ny/",
        enrolments.enrolment_add,
        name="enrolment_add",
    ),
    path("personer/<uuid:person_id>/bestamda-dagar/", releases.release_add, name="release_add"),
    path("personer/<uuid:person_id>/hitta/", suggestions.suggestion_find, name="suggestion_find"),
    path(
        "personer/<uuid:person_id>/hitta/<int:found_id>/foresla/",
        suggestions.suggestion_make,
        name="suggestion_make",
    ),
    path(
        "personer/<uuid:person_id>/hitta/<int:found_id>/fraga/",
        referrals.referral_make,
        name="referral_make",
    ),
    path("platsfragor/dina/", referrals.referral_list, name="referral_list"),
    path(
        "platsfragor/<uuid:referral_id>/ta-tillbaka/",
        referrals.referral_take_back,
        name="referral_take_back",
    ),
    path("platsfragor/", referrals.referral_received, name="referral_received"),
    path("platsfragor/<uuid:referral_id>/", referrals.referral_answer, name="referral_answer"),
    path(
        "forslag/<uuid:suggestion_id>/ta-tillbaka/",
        suggestions.suggestion_withdraw,
        name="suggestion_withdraw",
    ),
    path("forslag/<uuid:suggestion_id>/svara/", suggestions.my_suggestion, name="my_suggestion"),
    path(
        "bestamda-dagar/<uuid:mandated_id>/ta-tillbaka/",
        releases.release_take_back,
        name="release_take_back",
    ),
    path("bestamda-dagar/", releases.release_list, name="release_list"),
    path("bestamda-dagar/<uuid:mandated_id>/", releases.release_detail, name="release_detail"),
    path("kort/<uuid:card_id>/", cards.my_card, name="my_card"),
    path("skickas/", releases.my_release_list, name="my_release_list"),
    path("skickas/<uuid:mandated_id>/", releases.my_release, name="my_release"),
    path("skickas/<uuid:mandated_id>/ja/", releases.my_release_confirm, name="my_release_confirm"),
    path("skickas/<uuid:mandated_id>/vanta/", releases.my_release_hold, name="my_release_hold"),
    path("deltar/<uuid:enrolment_id>/avsluta/", enrolments.enrolment_end, name="enrolment_end"),
    path("hitta/", directory.directory, name="directory"),
    path("hitta/inget/", directory.directory_nothing, name="directory_nothing"),
    path("hitta/stod/<slug:slug>/", directory.support_detail, name="support_detail"),
    path(
        "hitta/organisation/<slug:slug>/", directory.organisation_detail, name="organisation_detail"
    ),
    path("aktiviteter/<slug:slug>/", activities.activity_detail, name="activity_detail"),
    path("pass/", sessions.session_list, name="session_list"),
    path("pass/<int:session_id>/", door.session_door, name="session_door"),
    path("pass/<int:session_id>/oppna/", sessions.session_open, name="session_open"),
    path("pass/<int:session_id>/stang/", sessions.session_close, name="session_close"),
    path("pass/<int:session_id>/stall-in/", sessions.session_cancel, name="session_cancel"),
    path("pass/<int:session_id>/angra/", sessions.session_restore, name="session_restore"),
    path("pass/<int:session_id>/in/<uuid:person_id>/", door.check_in, name="check_in"),
    path(
        "pass/<int:session_id>/kommer-inte/<uuid:person_id>/",
        absences.absence_note,
        name="absence_note",
    ),
    path(
        "pass/<int:session_id>/kommer-inte/<uuid:person_id>/angra/",
        absences.absence_undo,
        name="absence_undo",
    ),
    path("pass/<int:session_id>/gast/", door.guest_add, name="guest_add"),
    path("pass/<int:session_id>/gaster/", door.guest_count, name="guest_count"),
    path("gaster/<uuid:guest_id>/gick/", door.guest_left, name="guest_left"),
    path("gaster/<uuid:guest_id>/angra/", door.guest_undo, name="guest_undo"),
    path("narvaro/<uuid:attendance_id>/gick/", door.check_out, name="check_out"),
    path("narvaro/<uuid:attendance_id>/angra/", door.attendance_undo, name="attendance_undo"),
    path("pass/<int:session_id>/kommer/", sign_ups.sign_up, name="sign_up"),
    path("pass/<int:session_id>/inte-den-har-gangen/", absences.my_absence, name="my_absence"),
    path("pass/<int:session_id>/jag-kommer/", absences.my_absence_undo, name="my_absence_undo"),
    path("pass/<int:session_id>/ko/", sign_ups.sign_up_wait, name="sign_up_wait"),
    path("pass/<int:session_id>/ja-tack/", sign_ups.sign_up_accept, name="sign_up_accept"),
    path("pass/<int:session_id>/kommer-inte/", sign_ups.sign_up_withdraw, name="sign_up_withdraw"),
]
