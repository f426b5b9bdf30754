"""The top floor: which subject answers which path. Paths are interface: Swedish, and kept."""

from django.conf import settings
from django.urls import include, path

from portal.pages import (
    about,
    appearance,
    demo,
    drafts,
    gateways,
    own_messages,
    printed,
    push,
    reminder_acts,
    reminder_texts,
    reminders,
    represented,
    start,
    stil,
)
from portal.pages.extract import views as extract
from portal.pages.record.views import person_record

KIND = "paminnelser/<slug:kind_code>/"

urlpatterns = [
    path("", start.start, name="start"),
    path("valj/", start.choose_membership, name="choose_membership"),
    path("utkast/", drafts.keep_draft, name="keep_draft"),
    path("utkast/borja-om/", drafts.drop_draft, name="drop_draft"),
    path("utskriven/", printed.page_printed, name="page_printed"),
    path("hjalp/", about.help_, name="help"),
    path("vem-ser/", about.who_sees, name="who_sees"),
    path("tillganglighet/", about.accessibility, name="accessibility"),
    path("mer/", about.more, name="more"),
    path("utseende/", appearance.appearance, name="appearance"),
    path("stil/", stil.stil, name="stil"),
    path("stil/formular/", stil.stil_form, name="stil_form"),
    path("stil/tabeller/", stil.stil_tables, name="stil_tables"),
    path("konto/", include("portal.pages.sign_in.urls")),
    path("personer/<uuid:person_id>/", person_record, name="person_record"),
    path("personer/<uuid:person_id>/utdrag/", extract.extract, name="extract"),
    path("personer/<uuid:person_id>/utdrag/json/", extract.extract_data, name="extract_data"),
    path("allt-om-mig/", extract.my_extract, name="my_extract"),
    path("allt-om-mig/json/", extract.my_extract_data, name="my_extract_data"),
    path("du-foretrader/", represented.represented_list, name="represented_list"),
    path(
        "du-foretrader/<uuid:representative_id>/",
        represented.represented_detail,
        name="represented_detail",
    ),
    path("signal/", push.push, name="push"),
    path("signal/av/", push.push_end, name="push_end"),
    path("signal/app.webmanifest", push.manifest, name="manifest"),
    path("paminnelser/", reminders.reminder_figures, name="reminder_figures"),
    path(f"{KIND}paus/", reminder_acts.reminder_pause, name="reminder_pause"),
    path(f"{KIND}fortsatt/", reminder_acts.reminder_go_on, name="reminder_go_on"),
    path(f"{KIND}igen/", reminder_acts.reminder_replay, name="reminder_replay"),
    path("paminnelser/mina/", own_messages.own_messages, name="own_messages"),
    path(
        "sms/<str:gateway>/kvitto/<uuid:public_id>/<uuid:token>/<str:sign>/",
        gateways.sms_receipt,
        name="sms_receipt",
    ),
    path("sms/<str:gateway>/svar/<str:sign>/", gateways.sms_reply, name="sms_reply"),
    path("paminnelser/texter/", reminder_texts.reminder_texts, name="reminder_texts"),
    path("laget/", include("portal.pages.overview.urls")),
    path("", include("portal.pages.log.urls")),
    path("gallring/", include("portal.pages.retention.urls")),
    path("administration/", include("portal.pages.administration.urls")),
    path("", include("participants.urls")),
    path("", include("activities.urls")),
    path("", include("employers.urls")),
]

handler404 = "portal.pages.errors.not_found"

if settings.PORTAL_DEMO:
    urlpatterns += [
        path("demo/logga-in/", demo.sign_in, name="demo_sign_in"),
        path("demo/brev/", demo.mail, name="demo_mail"),
    ]
