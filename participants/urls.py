"""A person's own pages, and the pages of those who work with them."""

from django.urls import include, path

from participants.sharing_urls import PERSON
from participants.sharing_urls import urlpatterns as sharing
from participants.views import (
    caseload,
    choosing,
    closing,
    contacts,
    mine,
    openings,
    people,
    protection,
    sign_in,
    steps,
    team,
)
from participants.waiting_urls import urlpatterns as waiting

app_name = "participants"

urlpatterns = [
    path("", include(sharing)),
    path("", include(waiting)),
    path("min-plan/", mine.my_plan, name="my_plan"),
    path("min-plan/mal/", mine.my_goal, name="my_goal"),
    path("min-plan/nytt/", mine.my_step_write, name="my_step_write"),
    path("min-plan/gjort/", mine.my_step_done, name="my_step_done"),
    path("kontakt/", mine.my_contact, name="my_contact"),
    path("mina-paminnelser/", choosing.my_messages, name="my_messages"),
    path("mina-paminnelser/numret/", choosing.my_number, name="my_number"),
    path(f"{PERSON}paminnelser/", choosing.person_messages, name="person_messages"),
    path(f"{PERSON}paminnelser/numret/", choosing.person_number, name="person_number"),
    path(f"{PERSON}nummer/", choosing.person_address, name="person_address"),
    path("mottagning/", people.intake_list, name="intake_list"),
    path("skyddade/", protection.protected_list, name="protected_list"),
    path("personer/", caseload.person_list, name="person_list"),
    path("personer/ny/", people.person_register, name="person_register"),
    path(f"{PERSON}forsta-motet/", openings.intake_open, name="intake_open"),
    path(f"{PERSON}skydd/", protection.protection_set, name="protection_set"),
    path(f"{PERSON}skydd/sluta/", protection.protection_lift, name="protection_lift"),
    path(f"{PERSON}skydd/namnge/", protection.named_choose, name="named_choose"),
    path(f"{PERSON}skydd/namnge/<int:membership_id>/", protection.named_add, name="named_add"),
    path(f"{PERSON}skydd/<int:membership_id>/slut/", protection.named_end, name="named_end"),
    path(f"{PERSON}nas/", protection.reach_show, name="reach_show"),
    path("personer/avslutade/", closing.closed_list, name="closed_list"),
    path(f"{PERSON}avsluta/", closing.person_close, name="person_close"),
    path(f"{PERSON}valkommen-tillbaka/", closing.person_reopen, name="person_reopen"),
    path(f"{PERSON}anteckna/", contacts.contact_write, name="contact_write"),
    path(f"{PERSON}steg/nytt/", steps.step_write, name="step_write"),
    path(f"{PERSON}konto/", people.account_open, name="account_open"),
    path(f"{PERSON}logga-in/", sign_in.sign_in_help, name="sign_in_help"),
    path(f"{PERSON}logga-in/kod/", sign_in.code_hand, name="code_hand"),
    path(f"{PERSON}logga-in/kort/", sign_in.card_make, name="card_make"),
    path(f"{PERSON}logga-in/kort/slut/", sign_in.card_end, name="card_end"),
    path(f"{PERSON}logga-in/kort/oppna/", sign_in.card_reopen, name="card_reopen"),
    path(f"{PERSON}logga-in/traffat/", sign_in.person_confirm, name="person_confirm"),
    path(f"{PERSON}losenord/", people.password_renew, name="password_renew"),
    path(f"{PERSON}kontakt/", team.main_contact_choose, name="main_contact_choose"),
    path(f"{PERSON}kontakt/<int:membership_id>/", team.main_contact_set, name="main_contact_set"),
    path(f"{PERSON}team/nytt/", team.team_member_choose, name="team_member_choose"),
    path(f"{PERSON}team/<int:membership_id>/", team.team_member_add, name="team_member_add"),
    path(f"{PERSON}team/<int:membership_id>/slut/", team.team_member_end, name="team_member_end"),
    path("anteckningar/<uuid:contact_id>/", contacts.contact_detail, name="contact_detail"),
    path("anteckningar/<uuid:contact_id>/andra/", contacts.contact_edit, name="contact_edit"),
    path("anteckningar/<uuid:contact_id>/angra/", contacts.contact_undo, name="contact_undo"),
    path("steg/<uuid:step_id>/klart/", steps.step_finish, name="step_finish"),
    path("steg/<uuid:step_id>/oppna/", steps.step_reopen, name="step_reopen"),
    path("steg/<uuid:step_id>/dag/", steps.step_move, name="step_move"),
]
