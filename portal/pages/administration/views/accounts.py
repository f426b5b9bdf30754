from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from participants.filters import sort_text
from participants.views.showing import bound
from portal import audit, drafts
from portal.http import followed
from portal.models import AuditAct, Membership, User
from portal.pages.administration.forms import (
    AboutForm,
    AccountCloseForm,
    AccountSearch,
    ConfirmForm,
    InviteForm,
)
from portal.pages.administration.models import UNUSABLE, Invitation
from portal.pages.administration.services import accounts as services
from portal.pages.administration.services import holding, memberships
from portal.pages.administration.views.organisations import find_organisation, without_role
from portal.pages.administration.views.showing import Act, answered, look_again, paged, shown
from portal.permissions import Permission, Role, authorize

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from portal.http import PortalRequest
    from portal.models import Organisation


@require_safe
def account_list(request: PortalRequest) -> HttpResponse:
    authorize(request.actor, Permission.ACCOUNT_EDIT)
    form = AccountSearch(request.GET)
    found = colleagues()
    for word in sort_text(request.GET.get("q", "")[:100]).split():
        found = found.filter(Q(sort_key__contains=word) | Q(email__icontains=word))
    chosen = request.GET.get("visa", "")
    now = timezone.now()
    if chosen == "har":
        found = found.filter(pk__in=Membership.objects.current(now).values("user"))
    elif chosen == "inbjudna":
        found = found.filter(pk__in=Invitation.objects.waiting().values("user"))
    elif chosen == "slutat":
        found = found.filter(pk__in=without_role(now))
    audit.record(AuditAct.LIST, "account", by=request.actor)
    context = {"form": form, **paged(request, with_roles(found))}
    return followed(
        request, "administration/account_list.html", context, found=len(context["rows"])
    )


@require_safe
def account_detail(request: PortalRequest, user_id: int) -> HttpResponse:
    user = find_account(request, user_id)
    held = user.memberships.select_related("unit__owner").order_by("-started_at", "-pk")
    now = timezone.now()
    audit.record(AuditAct.VIEW, "account", by=request.actor, subject_id=user.pk)
    return shown(
        request,
        "administration/account_detail.html",
        account=user,
        going_on=[one for one in held if one.ended_at is None or one.ended_at > now],
        ended=[one for one in held if one.ended_at and one.ended_at <= now],
        invitation=Invitation.objects.waiting().filter(user=user).first(),
        is_new=is_new(user),
        is_own=user.pk == request.actor.user_id,
        today=timezone.localdate(),
        now=now,
    )


@require_http_methods(["GET", "POST"])
def account_invite(request: PortalRequest, organisation_id: int) -> HttpResponse:
    unit = find_organisation(request, organisation_id)
    authorize(request.actor, Permission.ACCOUNT_EDIT)
    form = answered(request, InviteForm)
    if form.is_bound and form.is_valid():
        if not form.is_confirmed:
            return look_again(request, form, letter(form, unit), request.path)
        about = {name: form.cleaned_data[name] for name in AboutForm.base_fields}
        try:
            with form.sending():
                user = services.invite(by=request.actor, unit=unit, **about, **form.membership())
                drafts.discard(request, request.actor)
                messages.success(request, sent(user))
                return redirect("administration:account_detail", user.pk)
        except services.AddressTaken:
            form.add_error("email", _("This address cannot be used. Ask for another one."))
        except memberships.UnitClosed:
            form.add_error(None, _("%(unit)s is closed. Choose another unit.") % {"unit": unit})
    return shown(request, "administration/account_invite.html", form=form, unit=unit)


def sent(user: User) -> str:
    return _("The letter to %(name)s is on its way.") % {"name": user}


def letter(form: InviteForm, unit: Organisation) -> Act:
    """Say whom the letter goes to, and what it opens."""
    answers = form.cleaned_data
    return Act(
        title=_("Shall we send the invitation?"),
        facts=[
            (_("Name"), f"{answers['first_name']} {answers['last_name']}"),
            (_("E-mail"), answers["email"]),
            *about_role(form, unit),
        ],
        follows=[
            _("The colleague gets a letter with a link, and chooses a password."),
            _("The role begins on its first day, and stands in the log with your name."),
        ],
        submit=_("Send the invitation"),
    )


def about_role(form: Any, unit: Organisation) -> list[tuple[Any, Any]]:
    """Return the facts of a role as it will be."""
    answers = form.cleaned_data
    pledge = [(_("Pledge signed"), answers["pledged_on"])] if answers["pledged_on"] else []
    return [
        (_("Role"), Role(answers["role"]).label),
        (_("Unit"), unit),
        (_("First day"), answers["first_day"] or _("today")),
        (_("Last day"), answers["last_day"] or _("not known")),
        *pledge,
    ]


@require_http_methods(["GET", "POST"])
def account_mend(request: PortalRequest, user_id: int) -> HttpResponse:
    user = find_account(request, user_id)
    form = bound(request, AboutForm, initial=AboutForm.about(user))
    if form.is_bound and form.is_valid():
        try:
            services.mend_account(user=user, by=request.actor, **form.cleaned_data)
        except services.AddressTaken:
            form.add_error("email", _("This address cannot be used. Ask for another one."))
        except services.HasSignedIn:
            form.add_error(None, _("The colleague has signed in, and changes this alone now."))
        else:
            drafts.discard(request, request.actor)
            messages.success(request, _("Saved. Send a new letter if the address was wrong."))
            return redirect("administration:account_detail", user.pk)
    return shown(request, "administration/account_mend.html", form=form, account=user)


@require_http_methods(["GET", "POST"])
def account_restart(request: PortalRequest, user_id: int) -> HttpResponse:
    user = find_account(request, user_id)
    form = ConfirmForm(
        request.POST if request.method == "POST" else None, submit=_("Send the letter")
    )
    if form.is_bound and form.is_valid():
        try:
            services.start_anew(user=user, by=request.actor, **form.cleaned_data)
        except services.NoAddress:
            form.add_error(None, _("The account has no e-mail address. Invite the colleague anew."))
        except memberships.OwnMembership:
            form.add_error(None, _("Ask another administrator: nobody does this for themselves."))
        else:
            messages.success(request, sent(user))
            return redirect("administration:account_detail", user.pk)
    return shown(
        request,
        "administration/account_restart.html",
        form=form,
        account=user,
        is_new=is_new(user),
    )


@require_http_methods(["GET", "POST"])
def account_close(request: PortalRequest, user_id: int) -> HttpResponse:
    user = find_account(request, user_id)
    held = list(memberships.held_by(user).select_related("unit"))
    read = AccountCloseForm.about(held)
    form = AccountCloseForm(request.POST if request.method == "POST" else None, initial=read)
    if form.is_bound and form.is_valid():
        try:
            services.close_account(user=user, by=request.actor, read=form.cleaned_data["read"])
        except memberships.OwnMembership:
            form.add_error(None, _("Ask another administrator: nobody does this for themselves."))
        except memberships.HoldsPeople:
            form.add_error(None, _("Some would be left without a contact. They come first."))
        except memberships.Changed:
            form = AccountCloseForm(read)
            form.add_error(None, _("The roles have changed. Read them again before you close."))
        else:
            messages.success(request, _("The account of %(name)s is closed.") % {"name": user})
            return redirect("administration:account_detail", user.pk)
    holds = [(one, holding.of_membership(one)) for one in held]
    return shown(
        request,
        "administration/account_close.html",
        form=form,
        account=user,
        held=holds,
        is_free=all(one.is_free for _membership, one in holds),
    )


def colleagues() -> QuerySet[User]:
    """Return the accounts that somebody works by, or has: a participant's is none of them."""
    return User.objects.filter(Exists(Membership.objects.filter(user=OuterRef("pk"))))


def with_roles(found: QuerySet[User]) -> QuerySet[User]:
    """Return accounts in Swedish order, each with the roles that go on and whether it is used."""
    now = timezone.now()
    goes_on = Membership.objects.filter(Q(ended_at=None) | Q(ended_at__gt=now))
    held = goes_on.select_related("unit").order_by("unit__name", "role", "pk")
    waits = Invitation.objects.waiting().filter(user=OuterRef("pk"))
    return (
        found.annotate(is_invited=Exists(waits))
        .prefetch_related(Prefetch("memberships", held, to_attr="held"))
        .order_by("sort_key", "pk")
    )


def find_account(request: PortalRequest, user_id: int) -> User:
    """Return a colleague's account; a participant's answers as if there were none."""
    authorize(request.actor, Permission.ACCOUNT_EDIT)
    return get_object_or_404(colleagues(), pk=user_id)


def is_new(user: User) -> bool:
    """Whether nobody has signed in with it yet."""
    return user.last_login is None and user.password.startswith(UNUSABLE)
