"""The log reviewer's room: what is to be judged, why it is asked about, and what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from participants.views.showing import bound
from portal import audit, drafts
from portal.http import page_of
from portal.models import AuditAct
from portal.pages.log import reading, services, wording
from portal.pages.log.forms import DecisionForm
from portal.pages.log.models import Decision, Draw, Finding, Rule
from portal.permissions import Permission, Role, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.http import PortalRequest

PAGE, LAST_PAGE = 20, 200


@require_safe
def review_list(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.LOG_REVIEW)
    within = Finding.objects.visible_to(request.actor)
    settled = request.GET.get("visa") == "klara"
    page = page_of(request, LAST_PAGE)
    rows = within.settled().order_by("-on", "-pk") if settled else within.waiting().persons_first()
    found = list(rows.prefetch_related("decisions")[(page - 1) * PAGE : page * PAGE + 1])
    findings = found[:PAGE]
    words = reading.in_words(findings)
    audit.record(
        AuditAct.LIST,
        "log_review",
        by=request.actor,
        participants={one.participant_id for one in findings if one.participant_id},
    )
    context = {
        "rows": [row(one, words[one.pk]) for one in findings],
        "settled": settled,
        "waiting": within.waiting().count(),
        "page": page,
        "has_next": len(found) > PAGE,
        "draw": Draw.objects.order_by("-month").first(),
        "today": timezone.localdate(),
    }
    return render(request, "log/review_list.html", context)


def row(finding: Finding, asked: reading.Asked) -> dict[str, object]:
    """Return one thing to judge as both pages say it."""
    return {
        "finding": finding,
        "asked": asked,
        "role": Role(asked.role).label if asked.role else "",
        "reasons": [Rule(one).label for one in finding.reasons],
        "decided": list(finding.decisions.all())[-1:],
    }


@require_http_methods(["GET", "POST"])
def review(request: PortalRequest, finding_id: UUID) -> HttpResponse:
    within = Finding.objects.visible_to(request.actor)
    finding = get_object_or_404(within, public_id=finding_id)
    authorize(request.actor, Permission.LOG_REVIEW)
    form = bound(request, DecisionForm, finding=finding)
    if form.is_bound and form.is_valid():
        with form.sending():
            services.decide(finding=finding, by=request.actor, **form.cleaned_data)
            drafts.discard(request, request.actor)
            messages.success(request, _("Your decision is kept."))
            return redirect("log:review_list")
    audit.record(
        AuditAct.VIEW,
        "log_review",
        by=request.actor,
        subject_id=finding.pk,
        participants=[finding.participant_id] if finding.participant_id else [],
    )
    asked = reading.in_words([finding])[finding.pk]
    context = {
        **row(finding, asked),
        "lines": [(one.at, wording.line_in_words(one)) for one in asked.lines],
        "decisions": Decision.objects.filter(finding=finding).select_related("author"),
        "form": form,
        "today": timezone.localdate(),
    }
    status = 422 if form.errors else 200
    return render(request, "log/review.html", context, status=status)
