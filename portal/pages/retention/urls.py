"""*Gallring*: what may go, who decides, and what has gone."""

from django.urls import path

from portal.pages.retention import views

app_name = "retention"
DISPOSAL = "forslag/<uuid:disposal_id>/"
RULES = "regler/<int:owner_id>/"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("forslag/nytt/", views.propose, name="propose"),
    path(DISPOSAL, views.disposal_detail, name="disposal_detail"),
    path(f"{DISPOSAL}bekrafta/", views.disposal_confirm, name="disposal_confirm"),
    path(f"{DISPOSAL}stoppa/", views.disposal_withdraw, name="disposal_withdraw"),
    path("rader/<uuid:entry_id>/", views.entry_answer, name="entry_answer"),
    path("personer/<uuid:person_id>/stopp/", views.hold_set, name="hold_set"),
    path("personer/<uuid:person_id>/stopp/slut/", views.hold_end, name="hold_end"),
    path(RULES, views.rule_list, name="rule_list"),
    path(f"{RULES}ny/", views.rule_add, name="rule_add"),
]
