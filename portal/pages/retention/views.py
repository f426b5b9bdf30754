from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from participants.models import Participant
from participants.views.showing import bound, show
from portal import audit, drafts
from portal.http import page_of
from portal.models import AuditAct, InfoType, Organisation
from portal.pages.retention import deciding as services
from portal.pages.retention.forms import ANSWERS, ConfirmForm, HoldForm, ProposeForm, RuleForm
from portal.pages.retention.models import Disposal, Entry, Hold, Proof, Rule
from portal.pages.retention.preview import preview
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.http import PortalRequest

PAGE = 50
FARTHEST = 200
MOST_DONE = 20
MOST_HELD = 50


@require_safe
def overview(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.DISPOSAL_DECIDE)
    owner, today = own(request), timezone.localdate()
    disposals = Disposal.objects.visible_to(request.actor)
    within = Participant.objects.visible_to(request.actor)
    held = Hold.objects.in_force().filter(participant__in=within).select_related("participant")
    held = held.order_by("started_at", "pk")[:MOST_HELD]
    audit.record(
        AuditAct.LIST,
        "retention",
        by=request.actor,
        participants=[one.participant_id for one in held],
        info_types=[InfoType.CONTACT],
    )
    context = {
        "owner": owner,
        "today": today,
        "seen": preview(owner, today),
        "open": disposals.open().first(),
        "done": disposals.exclude(finished_at=None).order_by("-finished_at", "pk")[:MOST_DONE],
        "held": held,
    }
    return render(request, "retention/overview.html", context)


@require_http_methods(["GET", "POST"])
def propose(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.DISPOSAL_DECIDE)
    owner, today = own(request), timezone.localdate()
    form = ProposeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            proposed = services.propose(
                owner=owner, by=request.actor, today=today, **form.cleaned_data
            )
        except services.OpenDisposal:
            form.add_error(None, _("There is a proposal already. It comes first."))
        except services.NothingDue:
            form.add_error(None, _("Nothing may go today."))
        else:
            messages.success(request, _("Proposed. Another manager confirms it."))
            return redirect("retention:disposal_detail", proposed.public_id)
    context = {"form": form, "owner": owner, "seen": preview(owner, today), "today": today}
    status = 422 if form.errors else 200
    return render(request, "retention/propose.html", context, status=status)


@require_safe
def disposal_detail(request: PortalRequest, disposal_id: UUID) -> HttpResponse:
    disposal = find_disposal(request, disposal_id)
    return listed(request, disposal, ConfirmForm())


@require_POST
def disposal_confirm(request: PortalRequest, disposal_id: UUID) -> HttpResponse:
    disposal = find_disposal(request, disposal_id)
    form = ConfirmForm(request.POST)
    if form.is_valid():
        try:
            services.confirm(disposal=disposal, by=request.actor)
        except services.FourEyes:
            form.add_error(None, _("You have proposed it. Another manager confirms it."))
        except services.Answered:
            form.add_error(None, _("Somebody has answered already. Read how it stands now."))
        else:
            messages.success(request, _("Confirmed. It can be stopped for a day."))
            return redirect("retention:disposal_detail", disposal.public_id)
    return listed(request, disposal, form)


@require_POST
def disposal_withdraw(request: PortalRequest, disposal_id: UUID) -> HttpResponse:
    disposal = find_disposal(request, disposal_id)
    try:
        services.withdraw(disposal=disposal, by=request.actor)
    except services.Answered:
        messages.error(request, _("It is done already. What has gone cannot come back."))
    else:
        messages.success(request, _("Stopped. Nothing more goes."))
    return redirect("retention:disposal_detail", disposal.public_id)


@require_POST
def entry_answer(request: PortalRequest, entry_id: UUID) -> HttpResponse:
    authorize(request.actor, Permission.DISPOSAL_DECIDE)
    within = Entry.objects.filter(disposal__in=Disposal.objects.visible_to(request.actor))
    entry = get_object_or_404(within.select_related("disposal"), public_id=entry_id)
    said = request.POST.get("svar", "")
    if said not in ANSWERS:
        raise Http404
    try:
        services.answer(entry=entry, by=request.actor, archive=ANSWERS[said])
    except services.FourEyes:
        raise PermissionDenied from None
    except services.Answered:
        messages.error(request, _("Somebody has answered already. Read how it stands now."))
    else:
        messages.success(request, _("Saved."))
    return redirect("retention:disposal_detail", entry.disposal.public_id)


def listed(request: PortalRequest, disposal: Disposal, form: ConfirmForm) -> HttpResponse:
    """Show a proposal line by line, by initials, with one line in the log for all shown."""
    page = page_of(request, FARTHEST)
    entries = disposal.entries.select_related("rule").order_by("short_id", "rule__info_type", "pk")
    rows = list(entries[(page - 1) * PAGE : page * PAGE + 1])
    audit.record(
        AuditAct.LIST,
        "disposal",
        by=request.actor,
        subject_id=disposal.pk,
        participants={one.participant_id for one in rows[:PAGE]},
        info_types=[InfoType.CONTACT],
    )
    is_own = disposal.proposed_by_id == request.actor.user_id
    waits = not disposal.confirmed_at and not disposal.withdrawn_at
    context = {
        "disposal": disposal,
        "form": form,
        "rows": rows[:PAGE],
        "page": page,
        "has_next": len(rows) > PAGE,
        "sums": entries.order_by().aggregate(rows=Sum("rows")),
        "unanswered": entries.filter(archive=None).values("participant").distinct().count(),
        "proofs": proofs(disposal),
        "may_answer": is_own and waits,
        "may_confirm": waits and not is_own,
        "is_own": is_own,
        "waits": waits,
        "today": timezone.localdate(),
    }
    status = 422 if form.errors else 200
    return render(request, "retention/disposal_detail.html", context, status=status)


def proofs(disposal: Disposal) -> list[dict[str, Any]]:
    """Return what has gone so far, by kind: how many rows, and whether they were handed over."""
    found: dict[tuple[int, bool], int] = {}
    told = Proof.objects.filter(disposal=disposal).select_related("rule").order_by("pk")
    for one in told:
        key = (one.rule.info_type, one.is_archived)
        found[key] = found.get(key, 0) + sum(one.counts.values())
    return [
        {"label": InfoType(kind).label, "is_archived": is_archived, "rows": rows}
        for (kind, is_archived), rows in sorted(found.items())
    ]


@require_http_methods(["GET", "POST"])
def hold_set(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_own_person(request, person_id)
    form = bound(request, HoldForm)
    if form.is_bound and form.is_valid():
        services.set_hold(participant=person, by=request.actor, **form.cleaned_data)
        drafts.discard(request, request.actor)
        messages.success(request, _("Nothing of %(name)s goes now.") % {"name": person.name})
        return redirect("retention:overview")
    return show(request, "retention/hold_set.html", person, form=form)


@require_POST
def hold_end(request: PortalRequest, person_id: UUID) -> HttpResponse:
    person = find_own_person(request, person_id)
    services.end_hold(participant=person, by=request.actor)
    messages.success(request, _("The hold has ended. Nothing goes by that alone."))
    return redirect("retention:overview")


@require_safe
def rule_list(request: PortalRequest, owner_id: int) -> HttpResponse:
    owner = find_owner(request, owner_id, Permission.RULE_VIEW)
    rules = Rule.objects.filter(owner=owner).select_related("checked_by")
    today = timezone.localdate()
    known = {one.info_type: one for one in rules.on(today)}
    context = {
        "owner": owner,
        "today": today,
        "kinds": [(kind.label, known.get(kind)) for kind in InfoType],
        "coming": rules.filter(valid_from__gt=today).order_by("valid_from", "info_type"),
        "former": rules.filter(valid_to__lt=today).order_by("-valid_to", "info_type")[:PAGE],
    }
    return render(request, "retention/rule_list.html", context)


@require_http_methods(["GET", "POST"])
def rule_add(request: PortalRequest, owner_id: int) -> HttpResponse:
    owner = find_owner(request, owner_id, Permission.RULE_WRITE)
    form = bound(request, RuleForm)
    if form.is_bound and form.is_valid():
        try:
            services.set_rules(owner=owner, by=request.actor, **form.cleaned_data)
        except services.LaterRule:
            form.add_error("valid_from", _("A rule that begins then or later stands already."))
        else:
            drafts.discard(request, request.actor)
            messages.success(request, _("The rule is saved."))
            return redirect("retention:rule_list", owner.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "owner": owner}
    return render(request, "retention/rule_add.html", context, status=status)


def own(request: PortalRequest) -> Organisation:
    """Return the organisation whose items the manager answers for."""
    return get_object_or_404(Organisation, pk=request.actor.organisation_id)


def find_disposal(request: PortalRequest, disposal_id: UUID) -> Disposal:
    """Return a disposal of the manager's own organisation."""
    authorize(request.actor, Permission.DISPOSAL_DECIDE)
    within = Disposal.objects.visible_to(request.actor)
    shown = within.select_related("owner", "proposed_by", "confirmed_by", "withdrawn_by")
    return get_object_or_404(shown, public_id=disposal_id)


def find_own_person(request: PortalRequest, person_id: UUID) -> Participant:
    """Return somebody of the manager's own units."""
    within = Participant.objects.visible_to(request.actor)
    person = get_object_or_404(within, public_id=person_id)
    authorize(request.actor, Permission.HOLD_SET)
    return person


def find_owner(request: PortalRequest, owner_id: int, permission: Permission) -> Organisation:
    """Return an organisation that answers for itself; managers read the rules of their own."""
    authorize(request.actor, permission)
    owners = Organisation.objects.exclude(owner=None)
    owner = get_object_or_404(owners, pk=owner_id)
    if not request.actor.has_perm(Permission.RULE_WRITE) and owner != own(request):
        raise Http404
    if owner.owner_id != owner.pk:
        raise Http404
    return owner
