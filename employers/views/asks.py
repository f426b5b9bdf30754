from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from employers.forms.asks import CAN_BE_GIVEN, AskAnswerForm, AskForm
from employers.models import EmployerAsk
from employers.models.asks import askers
from employers.notifications.asking import asked_by
from employers.services import asks as services
from employers.views.employers import find_employer
from participants.views.showing import bound
from portal import drafts
from portal.permissions import Permission, authorize
from portal.templatetags.dates import day

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.http import PortalRequest


@require_http_methods(["GET", "POST"])
def ask_send(request: PortalRequest, employer_id: UUID) -> HttpResponse:
    employer = find_employer(request, employer_id)
    authorize(request.actor, Permission.EMPLOYER_ADD)
    form = bound(request, AskForm)
    if form.is_bound and form.is_valid():
        try:
            with form.sending():
                services.ask_employer(employer=employer, by=request.actor, **form.cleaned_data)
                drafts.discard(request, request.actor)
                messages.success(request, _("The question is sent. You hear when they answer."))
                return redirect("employers:employer_detail", employer_id)
        except services.NoAddress:
            form.add_error(None, _("There is no e-mail to them in the register. Ring instead."))
        except services.AskedAlready:
            form.add_error(None, _("They have a question to answer already. Ring instead."))
        except services.Asleep as rests:
            words = _("They have not answered twice, and are left in peace until %(day)s. Ring.")
            form.add_error(None, words % {"day": day(rests.until, timezone.localdate())})
    context = {"form": form, "employer": employer, "title": _("Ask the employer")}
    status = 422 if form.errors else 200
    return render(request, "employers/ask_write.html", context, status=status)


@require_http_methods(["GET", "POST"])
def ask_answer(request: PortalRequest, ask_id: UUID) -> HttpResponse:
    """Write down what they said when somebody rang."""
    authorize(request.actor, Permission.EMPLOYER_ADD)
    within = EmployerAsk.objects.visible_to(request.actor).select_related("employer")
    ask = get_object_or_404(within, public_id=ask_id)
    form = bound(request, AskAnswerForm)
    if form.is_bound and form.is_valid():
        try:
            services.answer_ask(ask=ask, by=request.actor, **form.cleaned_data)
        except services.AlreadyAnswered:
            messages.info(request, _("The answer had come already."))
        else:
            messages.success(request, _("The answer is saved."))
        drafts.discard(request, request.actor)
        return redirect("employers:employer_detail", ask.employer.public_id)
    context = {"form": form, "employer": ask.employer, "ask": ask, "title": _("They have answered")}
    status = 422 if form.errors else 200
    return render(request, "employers/ask_write.html", context, status=status)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def ask_reply(request: PortalRequest, ask_key: str) -> HttpResponse:
    """The employer's own page: a question, buttons, and somebody to ring."""
    ask = asked_by(ask_key)
    if ask is None:
        raise Http404
    given = request.POST.get("answer", "")
    if request.method == "POST" and given in dict(CAN_BE_GIVEN):
        try:
            services.answer_ask(ask=ask, answer=given)
        except services.AlreadyAnswered:
            messages.info(request, _("We have your answer already. Call us if it has changed."))
        return redirect("employers:ask_reply", ask_key)
    caller = ask.asker.user if askers().filter(pk=ask.asker_id).exists() else None
    context = {"ask": ask, "answers": CAN_BE_GIVEN, "caller": caller}
    return render(request, "employers/ask_reply.html", context)
