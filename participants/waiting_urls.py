"""What a person's way onwards waits for: decisions made elsewhere, and a new contact."""

from django.urls import path

from participants.sharing_urls import PERSON
from participants.views import decisions, handovers

urlpatterns = [
    path(f"{PERSON}vantar/nytt/", decisions.decision_add, name="decision_add"),
    path("vantar/<uuid:decision_id>/dag/", decisions.decision_move, name="decision_move"),
    path("vantar/<uuid:decision_id>/svar/", decisions.decision_answer, name="decision_answer"),
    path("overlamningar/", handovers.handover_list, name="handover_list"),
    path(
        "overlamningar/<uuid:handover_id>/klart/",
        handovers.handover_confirm,
        name="handover_confirm",
    ),
]
