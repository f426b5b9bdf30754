"""Who sees what: a person's yes and no, what is handed out, and what the law demands."""

from django.urls import path

from participants.views import (
    consents,
    disclosures,
    peers,
    questions,
    releases,
    representatives,
    sharing,
)

PERSON = "personer/<uuid:person_id>/"

urlpatterns = [
    path("vem-ser/mig/", sharing.who_sees, name="who_sees"),
    path("vem-ser/mig/enligt-lag/", sharing.my_disclosures, name="my_disclosures"),
    path("vem-ser/mig/visat/", releases.my_releases, name="my_releases"),
    path("fragor/<uuid:question_id>/", questions.my_question, name="my_question"),
    path(f"{PERSON}samtycke/nytt/", consents.consent_record, name="consent_record"),
    path(f"{PERSON}delar/", sharing.sharing, name="sharing"),
    path(f"{PERSON}delar/fraga/", questions.question_ask, name="question_ask"),
    path(f"{PERSON}delar/visat/", releases.release_list, name="release_list"),
    path(f"{PERSON}utlamnat/nytt/", disclosures.disclosure_write, name="disclosure_write"),
    path(f"{PERSON}delar/kamrat/", peers.peer_propose, name="peer_propose"),
    path("kort/<uuid:card_id>/ta-tillbaka/", peers.card_take_back, name="card_take_back"),
    path("mina-kort/", peers.card_list, name="card_list"),
    path(
        f"{PERSON}delar/foretradare/",
        representatives.representative_add,
        name="representative_add",
    ),
    path(
        "foretradare/<uuid:representative_id>/igen/",
        representatives.representative_renew,
        name="representative_renew",
    ),
    path(
        "foretradare/<uuid:representative_id>/avsluta/",
        representatives.representative_end,
        name="representative_end",
    ),
    path("utlamnat/", disclosures.disclosure_list, name="disclosure_list"),
    path(
        "fragor/<uuid:question_id>/ta-tillbaka/",
        questions.question_take_back,
        name="question_take_back",
    ),
    path("dela/<uuid:item_id>/", releases.release_make, name="release_make"),
    path(
        "visat/<uuid:release_id>/ta-tillbaka/",
        releases.release_take_back,
        name="release_take_back",
    ),
    path("samtycken/<uuid:consent_id>/", consents.consent_detail, name="consent_detail"),
    path(
        "samtycken/<uuid:consent_id>/sluta-del/",
        consents.consent_withdraw_one,
        name="consent_withdraw_one",
    ),
    path("samtycken/<uuid:consent_id>/sluta/", consents.consent_withdraw, name="consent_withdraw"),
]
