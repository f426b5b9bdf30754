"""The day of those who run something: the door, the screen at it, the sessions and the hours."""

from django.urls import path

from activities.views import (
    absences,
    door,
    hours,
    kiosk,
    moving,
    places,
    sessions,
)

urlpatterns = [
    path("kiosk/", kiosk.kiosk_list, name="kiosk"),
    path("kiosk/oppna/", kiosk.kiosk_open, name="kiosk_open"),
    path("kiosk/stang/", kiosk.kiosk_close, name="kiosk_close"),
    path("kiosk/kvar/", kiosk.kiosk_still, name="kiosk_still"),
    path("kiosk/valkommen/", kiosk.kiosk_welcome, name="kiosk_welcome"),
    path("kiosk/<int:session_id>/", kiosk.kiosk_check_in, name="kiosk_check_in"),
    path("tider/<slug:slug>/", hours.hours_detail, name="hours_detail"),
    path("tider/<slug:slug>/ny/", hours.rule_add, name="rule_add"),
    path("tider/<slug:slug>/<int:rule_id>/", hours.rule_change, name="rule_change"),
    path("tider/<slug:slug>/<int:rule_id>/bort/", hours.rule_remove, name="rule_remove"),
    path("tider/<slug:slug>/dagar/ny/", hours.days_add, name="days_add"),
    path("tider/<slug:slug>/dagar/<int:exception_id>/bort/", hours.days_remove, name="days_remove"),
    path("tider/<slug:slug>/stammer/", hours.hours_confirm, name="hours_confirm"),
    path("tider/<slug:slug>/rum/", places.room_choose, name="room_choose"),
    path("tider/<slug:slug>/stangt/", places.closing_add, name="closing_add"),
    path(
        "tider/<slug:slug>/stangt/<int:closing_id>/bort/",
        places.closing_remove,
        name="closing_remove",
    ),
    path("pass/", sessions.session_list, name="session_list"),
    path("pass/<int:session_id>/", door.session_door, name="session_door"),
    path("pass/<int:session_id>/oppna/", sessions.session_open, name="session_open"),
    path("pass/<int:session_id>/stang/", sessions.session_close, name="session_close"),
    path("pass/<int:session_id>/stall-in/", sessions.session_cancel, name="session_cancel"),
    path("pass/<int:session_id>/angra/", sessions.session_restore, name="session_restore"),
    path("pass/<int:session_id>/andra-tid/", moving.session_move, name="session_move"),
    path(
        "pass/<int:session_id>/andra-tid/angra/",
        moving.session_move_back,
        name="session_move_back",
    ),
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
]
