"""Events: those who hold them, and those who come without an account."""

from django.urls import path

from activities.views import events, guests, said

urlpatterns = [
    path("du-sa-vi-gjorde/", said.said_and_done, name="said_and_done"),
    path("inbjudan/<str:invited_key>/", guests.invitation, name="invitation"),
    path(
        "inbjudan/<str:invited_key>/<int:time_id>/",
        guests.invitation_sign_up,
        name="invitation_sign_up",
    ),
    path(
        "aktiviteter/<slug:event_slug>/anmalan/<int:time_id>/",
        guests.event_sign_up,
        name="event_sign_up",
    ),
    path("anmalan/<str:own_key>/", guests.guest_sign_up, name="guest_sign_up"),
    path("traffar/", events.event_list, name="event_list"),
    path("traffar/ny/", events.event_add, name="event_add"),
    path(
        "traffar/anmald/<uuid:signed_up_id>/bort/", events.guest_take_back, name="guest_take_back"
    ),
    path("traffar/tid/<int:time_id>/", events.event_coming, name="event_coming"),
    path("traffar/tid/<int:time_id>/anteckningar/", said.minutes_write, name="minutes_write"),
    path("traffar/tid/<int:time_id>/sagt/", said.point_list, name="point_list"),
    path("traffar/tid/<int:time_id>/sagt/nytt/", said.point_add, name="point_add"),
    path(
        "traffar/tid/<int:time_id>/sagt/<int:point_id>/",
        said.point_change,
        name="point_change",
    ),
    path("traffar/<slug:event_slug>/", events.event_detail, name="event_detail"),
    path("traffar/<slug:event_slug>/andra/", events.event_change, name="event_change"),
    path("traffar/<slug:event_slug>/tid/", events.event_time_add, name="event_time_add"),
    path("traffar/<slug:event_slug>/inbjudan/", events.invitation_add, name="invitation_add"),
    path(
        "traffar/<slug:event_slug>/inbjudan/<int:invitation_id>/bort/",
        events.invitation_end,
        name="invitation_end",
    ),
]
