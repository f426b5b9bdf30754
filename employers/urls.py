"""Employers, and the places where people work or try a work."""

from django.urls import path

from employers.views import asks, cards, employers, follow_ups, placements

app_name = "employers"
PLACE = "placeringar/<uuid:placement_id>/"

urlpatterns = [
    path("arbetsgivare/", employers.employer_list, name="employer_list"),
    path("arbetsgivare/ny/", employers.employer_add, name="employer_add"),
    path("arbetsgivare/<uuid:employer_id>/", employers.employer_detail, name="employer_detail"),
    path("arbetsgivare/<uuid:employer_id>/andra/", employers.employer_edit, name="employer_edit"),
    path("arbetsgivare/<uuid:employer_id>/fraga/", asks.ask_send, name="ask_send"),
    path("fragor/<uuid:ask_id>/svar/", asks.ask_answer, name="ask_answer"),
    path("svar/<str:ask_key>/", asks.ask_reply, name="ask_reply"),
    path(
        "personer/<uuid:person_id>/placeringar/ny/",
        placements.employer_choose,
        name="employer_choose",
    ),
    path(
        "personer/<uuid:person_id>/placeringar/ny/<uuid:employer_id>/",
        placements.placement_new,
        name="placement_new",
    ),
    path("min-plan/arbetsplatser/", placements.my_placements, name="my_placements"),
    path(PLACE, placements.placement_detail, name="placement_detail"),
    path(f"{PLACE}andra/", placements.placement_change, name="placement_change"),
    path(f"{PLACE}avsluta/", placements.placement_end, name="placement_end"),
    path(f"{PLACE}oppna/", placements.placement_reopen, name="placement_reopen"),
    path(f"{PLACE}visa/", cards.card_show, name="card_show"),
    path(f"{PLACE}visa/ja/", cards.card_record, name="card_record"),
    path(f"{PLACE}visa/fraga/", cards.card_ask, name="card_ask"),
    path("visas/<uuid:employer_card_id>/sluta/", cards.card_take_back, name="card_take_back"),
    path("visas/<uuid:employer_card_id>/ring/", cards.call_ask, name="call_ask"),
    path("hos-oss/", cards.workplace, name="workplace"),
    path(f"{PLACE}uppfoljning/", follow_ups.follow_up_write, name="follow_up_write"),
    path(f"{PLACE}uppfoljning/av/", follow_ups.follow_up_stop, name="follow_up_stop"),
    path(f"{PLACE}uppfoljning/pa/", follow_ups.follow_up_start, name="follow_up_start"),
]
