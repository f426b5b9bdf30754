"""*Öppettider*: who runs it sees and changes when it is open, and reads first what that changes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities import conflicts
from activities.forms.hours import DaysForm, RuleForm
from activities.laying_out import DAY, midnight
from activities.models import Activity, OpeningException, OpeningRule, Session
from activities.services import hours, opening, sheets
from portal.http import posted
from portal.permissions import Permission, authorize
from portal.templatetags.dates import clock, day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.http import HttpResponse

    from activities.services.hours import Plan
    from portal.forms import Form
    from portal.http import PortalRequest

MOST = 100
SHOWN = 14  # days of the preview


def find_activity(request: PortalRequest, slug: str) -> Activity:
    """Return an activity of the actor's own unit, or 404; 403 for who runs none."""
    own = Activity.objects.run_by(request.actor).with_hours().select_related("place", "room")
    activity = get_object_or_404(own, slug=slug)
    authorize(request.actor, Permission.HOURS_EDIT)
    return activity


@require_safe
def hours_detail(request: PortalRequest, slug: str) -> HttpResponse:
    activity, today = find_activity(request, slug), timezone.localdate()
    context = {
        "activity": activity,
        "rules": activity.opening_rules.order_by("valid_from", "opens", "pk"),
        "days": activity.opening_exceptions.filter(on__gte=today).order_by("on")[:MOST],
        "closings": activity.place.closings.filter(last_on__gte=today).order_by("first_on", "pk"),
        "remarks": activity.hours_remarks.filter(handled_at=None).order_by("written_at", "pk"),
        "coming": coming(activity, today),
        "today": today,
    }
    return render(request, "activities/hours_detail.html", context)


def coming(activity: Activity, today: date) -> list[Session]:
    """Return the sessions of the coming two weeks, cancelled ones too."""
    ahead = activity.sessions.between(midnight(today), midnight(today + SHOWN * DAY))
    return list(ahead.order_by("starts_at", "pk"))


@require_http_methods(["GET", "POST"])
def rule_add(request: PortalRequest, slug: str) -> HttpResponse:
    return edit_rule(request, OpeningRule(activity=find_activity(request, slug)))


@require_http_methods(["GET", "POST"])
def rule_change(request: PortalRequest, slug: str, rule_id: int) -> HttpResponse:
    activity = find_activity(request, slug)
    rule = get_object_or_404(activity.opening_rules, pk=rule_id)
    rule.activity = activity
    return edit_rule(request, rule)


def edit_rule(request: PortalRequest, rule: OpeningRule) -> HttpResponse:
    """Ask, show what changes, and save when that has been seen."""
    activity, now, today = rule.activity, timezone.now(), timezone.localdate()
    form = RuleForm(request.POST if request.method == "POST" else None, rule=rule)
    if not form.is_valid():
        return show(request, activity, form)
    others = list(activity.opening_rules.exclude(pk=rule.pk))
    if opening.is_there(rule, others):
        return saved(request, activity)
    try:
        opening.check(rule, others, today=today)
        if "sure" in request.POST:
            opening.save_rule(rule=rule, by=request.actor, today=today, now=now)
            return saved(request, activity)
    except opening.NeverOpen:
        form.add_error(None, _("It would never be open like that. Choose other days."))
        return show(request, activity, form)
    except opening.Contradiction as found:
        form.add_error(None, already_open(found))
        return show(request, activity, form)
    plan = preview(activity, rules=[*others, rule])
    return show(request, activity, form, plan)


def already_open(found: opening.Contradiction) -> str:
    """Say which hours stand in the way."""
    said = {
        "days": found.rule.words,
        "opens": clock(found.rule.opens),
        "closes": clock(found.rule.closes),
        "day": day(found.day),
    }
    return (
        _(
            "It is open at that time already: %(days)s %(opens)s to %(closes)s, such as on"
            " %(day)s. Change those hours instead."
        )
        % said
    )


@require_http_methods(["GET", "POST"])
def rule_remove(request: PortalRequest, slug: str, rule_id: int) -> HttpResponse:
    activity = find_activity(request, slug)
    rule = get_object_or_404(activity.opening_rules, pk=rule_id)
    if request.method == "POST":
        opening.remove_rule(
            rule=rule, by=request.actor, today=timezone.localdate(), now=timezone.now()
        )
        return saved(request, activity)
    plan = preview(activity, rules=list(activity.opening_rules.exclude(pk=rule.pk)))
    return show(request, activity, None, plan, removes=rule)


@require_http_methods(["GET", "POST"])
def days_add(request: PortalRequest, slug: str) -> HttpResponse:
    activity, today = find_activity(request, slug), timezone.localdate()
    form = DaysForm(request.POST if request.method == "POST" else None, activity=activity)
    if not form.is_valid():
        return show(request, activity, form)
    days = form.days()
    if "sure" in request.POST:
        try:
            opening.save_days(
                activity=activity, days=days, by=request.actor, today=today, now=timezone.now()
            )
        except opening.DayTaken:
            form.add_error("on", _("That day has other hours already."))
            return show(request, activity, form)
        return saved(request, activity)
    plan = preview(activity, days=[*activity.opening_exceptions.all(), *days])
    return show(request, activity, form, plan)


@require_http_methods(["GET", "POST"])
def days_remove(request: PortalRequest, slug: str, exception_id: int) -> HttpResponse:
    activity = find_activity(request, slug)
    unlike = get_object_or_404(activity.opening_exceptions, pk=exception_id)
    if request.method == "POST":
        opening.remove_day(
            day=unlike, by=request.actor, today=timezone.localdate(), now=timezone.now()
        )
        return saved(request, activity)
    others = list(activity.opening_exceptions.exclude(pk=unlike.pk))
    return show(request, activity, None, preview(activity, days=others), removes=unlike)


@require_POST
def hours_confirm(request: PortalRequest, slug: str) -> HttpResponse:
    activity = find_activity(request, slug)
    sheets.confirm(sheet=activity, today=timezone.localdate(), by=request.actor)
    messages.success(request, _("Thank you. It says that the hours are right."))
    return redirect("activities:hours_detail", slug)


def saved(request: PortalRequest, activity: Activity) -> HttpResponse:
    messages.success(request, _("Saved. Today and the coming weeks show it."))
    return redirect("activities:hours_detail", activity.slug)


def preview(
    activity: Activity,
    *,
    rules: Iterable[OpeningRule] | None = None,
    days: Iterable[OpeningException] | None = None,
) -> Plan:
    """Return what other rules or other days would change."""
    return hours.preview(
        activity,
        activity.opening_rules.all() if rules is None else rules,
        activity.opening_exceptions.all() if days is None else days,
        today=timezone.localdate(),
        now=timezone.now(),
    )


def show(
    request: PortalRequest,
    activity: Activity,
    form: Form | None,
    plan: Plan | None = None,
    removes: OpeningRule | OpeningException | None = None,
) -> HttpResponse:
    """Show the questions, and with a plan what it changes and whom it touches."""
    context: dict[str, Any] = {"activity": activity, "form": form, "removes": removes}
    if plan:
        spans = plan.new | {start: end for _one, start, end in plan.moved}
        context |= {
            "plan": plan,
            "lines": lines(plan, timezone.localdate()),
            "told": plan.told,
            "conflicts": conflicts.of_hours(activity, spans),
            "answers": posted(request),
        }
    status = 422 if form is not None and form.errors else 200
    return render(request, "activities/hours_change.html", context, status=status)


def lines(plan: Plan, today: date) -> list[tuple[date, list[dict[str, Any]]]]:
    """Return the coming two weeks as they would be, by day, each with what becomes of it."""
    by_day: dict[date, list[dict[str, Any]]] = defaultdict(list)
    moved = {one.pk: (start, end) for one, start, end in plan.moved}
    gone, back = ({one.pk for one in some} for some in (plan.gone, plan.back))
    last = midnight(today + SHOWN * DAY)
    for one in plan.there:
        if one.starts_at >= last:
            break
        start, end = moved.get(one.pk, (one.starts_at, one.ends_at))
        off = one.cancelled_at is not None and one.pk not in back
        what = "moved" if one.pk in moved else "gone" if one.pk in gone else "back"
        what = what if one.pk in {*moved, *gone, *back} else "off" if off else ""
        by_day[timezone.localdate(start)].append({"starts": start, "ends": end, "what": what})
    for start, end in plan.new.items():
        if start < last:
            by_day[timezone.localdate(start)].append({"starts": start, "ends": end, "what": "new"})
    return [
        (on, sorted(some, key=lambda one: one["starts"])) for on, some in sorted(by_day.items())
    ]
