"""The page of membership, and where levels and earn rules are changed: first what it would do, then it is done."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from retention.common import clock, formats
from retention.common.charts import Chart, bars
from retention.common.errors import DomainError
from retention.customers.forms_points import LevelForms, RuleForm, rungs_of
from retention.customers.models import EarnRule, Level
from retention.customers.selectors.levels import keeping
from retention.customers.selectors.membership_sums import Renewals, least_ends, moved_levels
from retention.customers.selectors.standing_words import level_benefits, level_name
from retention.customers.services.points.figures import Figures, told_figures
from retention.customers.services.points.rules import end_rule, save_ladder, save_rule
from retention.customers.services.points.trying import try_rule
from tenants.context import current_tenant
from tenants.people.permissions import may, require
from tenants.policies import policy_number


@require_safe
@require("customers.view")
def membership_page(request: HttpRequest) -> HttpResponse:
    """Levels with their customers, renewals, points and the rules that give them, as of the last complete day."""
    day = clock.last_complete_day(current_tenant().timezone)
    told = told_figures(day, now=clock.now())
    context = {
        "day": told.as_of if told else day,
        "told": told,
        **(_figures_context(told.figures) if told else {}),
        "keeping": keeping(),
        "rules": EarnRule.objects.filter(ends_on=None).order_by("code"),
        "may_edit": may(request.user, "levels.edit"),
    }
    return render(request, "membership/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require("levels.edit")
def levels_edit(request: HttpRequest) -> HttpResponse:
    """The whole ladder in rows; tried before it is saved."""
    names = ("code", "name", "name_zh", "points_needed", "multiplier", "benefits", "benefits_zh")
    if request.method == "POST":
        formset = LevelForms(request.POST)  # each row by its own words, whatever stands in the ladder by now
    else:
        formset = LevelForms(initial=list(Level.objects.order_by("points_needed").values(*names)))
    context: dict[str, Any] = {"formset": formset}
    if request.method == "POST" and formset.is_valid():
        try:
            if request.POST.get("act") == "save":
                save_ladder(rungs=rungs_of(formset), actor=request.user, now=clock.now())
                messages.success(request, _("The levels are saved."))
                return redirect("membership")
            context["moves"] = _moves([(rung.code, rung.points_needed) for rung in rungs_of(formset)])
        except DomainError as error:
            context["problem"] = error.words
    wrong = request.method == "POST" and (bool(context.get("problem")) or not formset.is_valid())
    return render(request, "membership/levels.html", context, status=400 if wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@require("levels.edit")
def rule_edit(request: HttpRequest, code: str = "") -> HttpResponse:
    """A new rule, or what a rule is to be from a day on; tried on the last days before it is saved."""
    rule = get_object_or_404(EarnRule, code=code, ends_on=None) if code else None
    today = clock.today(current_tenant().timezone)
    form = RuleForm(request.POST or None, initial=_initial(rule, today))
    context: dict[str, Any] = {"form": form, "rule": rule}
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("act") == "save":
                save_rule(
                    draft=form.draft(), from_day=form.cleaned_data["from_day"], actor=request.user, now=clock.now()
                )
                messages.success(request, _("The rule is saved. Points follow within minutes."))
                return redirect("membership")
            context["tried"] = _tried_words(form, today)
        except DomainError as error:
            form.add_error(None, error.words)
    return render(request, "membership/rule.html", context, status=400 if form.errors else 200)


@require_POST
@require("levels.edit")
def rule_end(request: HttpRequest, code: str) -> HttpResponse:
    """Nothing is earned by it from tomorrow on."""
    rule = get_object_or_404(EarnRule, code=code, ends_on=None)
    now = clock.now()
    end_rule(code=rule.code, last_day=clock.today(current_tenant().timezone), actor=request.user, now=now)
    messages.success(request, _("The rule ends today. What it gave stays."))
    return redirect("membership")


def _figures_context(figures: Figures) -> dict[str, Any]:
    flow = figures.flow
    return {
        "levels": _levels(figures.levels),
        "flow": flow,
        "costs": {name: _cost(getattr(flow, name)) for name in ("given", "spent", "outstanding")},
        "renewals": [(row, renewal_words(row)) for row in figures.by_level],
        "chart": _renewal_chart(figures.by_month),
    }


def _levels(customers: dict[str | None, int]) -> list[dict[str, Any]]:
    counts = dict(customers)
    ladder = list(Level.objects.order_by("points_needed"))
    rows = [
        {"name": level_name(one), "level": one, "benefits": level_benefits(one), "customers": counts.pop(one.code, 0)}
        for one in ladder
    ]
    others = sorted((code, count) for code, count in counts.items() if code is not None)
    rows += [{"name": code, "level": None, "benefits": "", "customers": count} for code, count in others]
    if counts.get(None):
        rows.append({"name": _("No level"), "level": None, "benefits": "", "customers": counts[None]})
    return rows


def renewal_words(row: Renewals) -> str:
    """The rate, or that there are too few to tell."""
    if row.rate is None:
        return _("too few (%(have)s of %(need)s)") % {"have": row.ended, "need": least_ends()}
    return formats.share(row.rate)


def _renewal_chart(months: list[Renewals]) -> Chart | None:
    if not months:
        return None
    ended, renewed = sum(row.ended for row in months), sum(row.renewed for row in months)
    return Chart(
        id="renewals",
        title=_("Renewal rate by the month in which terms ended"),
        summary=_("%(renewed)s of %(ended)s terms were renewed.")
        % {"renewed": formats.number(renewed), "ended": formats.number(ended)},
        option=bars([row.of for row in months], [None if row.rate is None else round(row.rate, 4) for row in months]),
        head=[_("Month"), _("Ended"), _("Renewed"), _("Rate")],
        rows=[(row.of, formats.number(row.ended), formats.number(row.renewed), renewal_words(row)) for row in months],
        height="sm",
    )


def _moves(ladder: list[tuple[str, int]]) -> dict[str, Any]:
    rows = moved_levels(clock.last_complete_day(current_tenant().timezone), ladder)
    return {"total": sum(count for _now, _then, count in rows), "rows": rows}


def _initial(rule: EarnRule | None, today: date) -> dict[str, Any]:
    if rule is None:
        return {"from_day": today, "expires_months": 12}
    return {name: getattr(rule, name) for name in RuleForm.Meta.fields} | {"from_day": today}


def _tried_words(form: RuleForm, today: date) -> str:
    tried = try_rule(draft=form.draft(), today=today, now=clock.now())
    return _(
        "In the last %(days)s days it would have given %(points)s points to %(customers)s customers: %(cost)s."
    ) % {
        "days": tried.days,
        "points": formats.number(tried.points),
        "customers": formats.number(tried.customers),
        "cost": formats.money(_cost(tried.points)),
    }


def _cost(points: int) -> Decimal:
    return points * Decimal(str(policy_number("points.cost")))
