"""*Våra blad*: what those who run something write about it, and keep true."""

from django.urls import path

from activities.views import confirming, ending, english, leading, other_sheets, sheets

urlpatterns = [
    path("blad/", sheets.sheet_list, name="sheet_list"),
    path("blad/bekrafta/<str:key>/", confirming.sheets_confirm_link, name="sheets_confirm_link"),
    path("blad/synpunkt/<int:remark_id>/klar/", confirming.remark_handle, name="remark_handle"),
    path("blad/aktivitet/ny/", sheets.activity_add, name="activity_add"),
    path("blad/aktivitet/<slug:slug>/andra/", sheets.activity_change, name="activity_change"),
    path("blad/aktivitet/<slug:slug>/hitta-hit/", sheets.way_change, name="way_change"),
    path("blad/aktivitet/<slug:slug>/engelska/", english.of_activity, name="activity_english"),
    path("blad/stod/<slug:slug>/engelska/", english.of_support, name="support_english"),
    path("blad/organisation/<slug:slug>/engelska/", english.of_sheet, name="sheet_english"),
    path("blad/aktivitet/<slug:slug>/avsluta/", ending.activity_end, name="activity_end"),
    path("blad/aktivitet/<slug:slug>/leder-till/", leading.next_steps, name="next_steps"),
    path(
        "blad/aktivitet/<slug:slug>/leder-till/<int:found_id>/",
        leading.next_step_add,
        name="next_step_add",
    ),
    path(
        "blad/aktivitet/<slug:slug>/leder-till/<int:next_id>/bort/",
        leading.next_step_remove,
        name="next_step_remove",
    ),
    path("blad/stod/nytt/", other_sheets.support_add, name="support_add"),
    path("blad/stod/<slug:slug>/andra/", other_sheets.support_change, name="support_change"),
    path("blad/stod/<slug:slug>/stammer/", other_sheets.support_confirm, name="support_confirm"),
    path("blad/organisation/ny/", other_sheets.sheet_add, name="sheet_add"),
    path("blad/organisation/<slug:slug>/andra/", other_sheets.sheet_change, name="sheet_change"),
    path(
        "blad/organisation/<slug:slug>/stammer/", other_sheets.sheet_confirm, name="sheet_confirm"
    ),
]
