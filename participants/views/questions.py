from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from participants.forms.consents import QuestionForm
from participants.models import Answer, ConsentQuestion
from participants.services import questions as services
from participants.views.showing import bound, find_person, show
from portal import drafts
from portal.permissions import Permission, authorize
from portal.templatetags.dates import day

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.http import PortalRequest


@require_http_methods(["GET", "POST"])
def question_ask(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_person(request, person_id, Permission.CONSENT_RECORD)
    form = bound(request, QuestionForm, actor=request.actor, today=timezone.localdate())
    if form.is_bound and form.is_valid():
        try:
            with form.sending():
                services.ask_consent(participant=person, by=request.actor, **form.cleaned_data)
                drafts.discard(request, request.actor)
                words = _("%(name)s can answer now, at home or together with you.")
                messages.success(request, words % {"name": person.first_name})
                return redirect("participants:sharing", person_id)
        except services.AskedAlready:
            form.add_error(None, _("That question waits for its answer already."))
        except services.TooSoon as error:
            words = _("The answer was no. Ask again on %(day)s at the earliest.")
            form.add_error(None, words % {"day": day(error.on, timezone.localdate())})
    return show(request, "participants/question_ask.html", person, form=form)


@require_http_methods(["GET", "POST"])
def my_question(request: PortalRequest, question_id: UUID) -> HttpResponse:
    question = find_question(request, question_id)
    authorize(request.actor, Permission.QUESTION_ANSWER)
    if request.method == "POST":
        try:
            return answered(request, question)
        except services.AlreadyAnswered:
            messages.info(request, _("The question has an answer already."))
            return redirect("participants:who_sees")
    return show(
        request,
        "participants/my_question.html",
        question.participant,
        question=question,
        words=question.words,
        is_waiting=not question.answer and question.until >= timezone.localdate(),
        today=timezone.localdate(),
    )


def answered(request: PortalRequest, question: ConsentQuestion) -> HttpResponse:
    """Keep the answer of one of the three buttons, and put the next question if there is one."""
    given = request.POST.get("answer")
    if given == "LATER":
        services.put_off_question(question=question, by=request.actor)
        messages.success(request, _("That is fine. The question waits for you here."))
        return redirect("participants:who_sees")
    if given not in {Answer.YES, Answer.NO}:
        return redirect("participants:my_question", question.public_id)
    services.answer_question(question=question, by=request.actor, answer=Answer(given))
    said = {"organisation": question.receiver.name}
    messages.success(
        request,
        _("Your yes is saved. You can take it back whenever you want.") % said
        if given == Answer.YES
        else _("Your no is saved. %(organisation)s reads nothing of this.") % said,
    )
    waiting = ConsentQuestion.objects.visible_to(request.actor).to_ask_now()
    following = waiting.filter(participant=question.participant_id).order_by("created_at", "pk")
    if upcoming := following.first():
        return redirect("participants:my_question", upcoming.public_id)
    return redirect("participants:who_sees")


@require_POST
def question_take_back(request: PortalRequest, question_id: UUID) -> HttpResponse:
    question = find_question(request, question_id)
    authorize(request.actor, Permission.CONSENT_RECORD)
    services.take_back_question(question=question, by=request.actor)
    messages.success(request, _("The question is taken back."))
    return redirect("participants:sharing", question.participant.public_id)


def find_question(request: PortalRequest, question_id: UUID) -> ConsentQuestion:
    within = ConsentQuestion.objects.visible_to(request.actor)
    joined = within.select_related("receiver", "participant", "author", "organisation")
    found: ConsentQuestion = get_object_or_404(joined, public_id=question_id)
    return found
