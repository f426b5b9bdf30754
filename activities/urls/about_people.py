"""What colleagues do about a person: a place, a suggestion, a question, what is sent."""

from django.urls import path

from activities.views import (
    arriving,
    companions,
    enrolments,
    referrals,
    releases,
    suggestions,
    timetables,
)

urlpatterns = [
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
    path(
        "bestamda-dagar/<uuid:mandated_id>/ta-tillbaka/",
        releases.release_take_back,
        name="release_take_back",
    ),
    path("bestamda-dagar/", releases.release_list, name="release_list"),
    path("bestamda-dagar/<uuid:mandated_id>/", releases.release_detail, name="release_detail"),
    path("ga-med/", companions.company_list, name="company_list"),
    path("ga-med/<int:session_id>/ja/", companions.company_promise, name="company_promise"),
    path(
        "ga-med/<int:session_id>/kan-inte/",
        companions.company_give_back,
        name="company_give_back",
    ),
    path("deltar/<uuid:enrolment_id>/dagar/", timetables.enrolment_days, name="enrolment_days"),
    path("deltar/<uuid:enrolment_id>/avsluta/", enrolments.enrolment_end, name="enrolment_end"),
    path(
        "deltar/<uuid:enrolment_id>/tillbaka/", arriving.enrolment_return, name="enrolment_return"
    ),
    path("deltar/<uuid:enrolment_id>/listan/", arriving.list_answer, name="list_answer"),
    path("personer/<uuid:person_id>/vid-dorren/", arriving.person_door, name="person_door"),
    path(
        "personer/<uuid:person_id>/vid-dorren/<int:unit_id>/kod/",
        arriving.door_code_draw,
        name="door_code_draw",
    ),
    path(
        "personer/<uuid:person_id>/vid-dorren/<int:unit_id>/kod/bort/",
        arriving.door_code_end,
        name="door_code_end",
    ),
]
