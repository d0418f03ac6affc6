"""Scorecards for some customers or accounts: the list, and one, tried on the past before it is saved."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from retention.common import clock
from retention.common.errors import DomainError
from retention.scoring.card_forms import CardForm, initial_of, new_code
from retention.scoring.own_cards import CARDS, POLICY, OwnCard, Record
from retention.scoring.rules import rules_in_force
from retention.scoring.selectors.card_words import card_rows, last_changed
from retention.scoring.services.scorecards import scorecard
from tenants.governance.selectors.policies import history
from tenants.governance.services.policies import set_policy
from tenants.people.permissions import may, require
from tenants.policies import JSONValue, find_policy
from tenants.policy_previews import preview_effects
from tenants.policy_values import validate_value


@require("scores.view")
def scorecards(request: HttpRequest) -> HttpResponse:
    """All cards, the first to match first."""
    rules = rules_in_force()
    context = {
        "shop": card_rows("shop", rules),
        "software": card_rows("software", rules),
        "changed": last_changed(),
        "may_edit": may(request.user, "policies.edit"),
        "may_read_policies": may(request.user, "policies.view"),
    }
    return render(request, "scoring/cards.html", context)


@require("policies.edit")
def scorecard_new(request: HttpRequest, kind: str) -> HttpResponse:
    """A card that is not there yet."""
    if kind not in CARDS:
        raise Http404
    return _edit(request, kind, None)


@require("policies.edit")
def scorecard_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a card, or take it away."""
    found = next((record for record in _records() if record["code"] == code), None)
    if found is None:
        raise Http404
    card = OwnCard(found)
    return _edit(request, card.kind, card)


def _records() -> list[Record]:
    return cast("list[Record]", rules_in_force().values[POLICY])


def _edit(request: HttpRequest, kind: str, card: OwnCard | None) -> HttpResponse:
    shown = scorecard(kind, rules_in_force(), card.code if card else "")
    latest = history(POLICY).first()
    priority = max((record["priority"] for record in _records() if record["card"] == kind), default=0) + 1
    initial = {**initial_of(card, shown, priority=priority), "seen": latest.pk if latest else 0}
    form = CardForm(request.POST or None, kind=kind, shown=shown, initial=initial)
    context: dict[str, Any] = {"form": form, "card": card, "kind": kind}
    if request.method == "POST":
        try:
            if _act(request, form, card, context):
                return redirect("scorecards")
        except DomainError as error:
            form.add_error(None, error.words)
    return render(request, "scoring/card.html", context)


def _act(request: HttpRequest, form: CardForm, card: OwnCard | None, context: dict[str, Any]) -> bool:
    """Take away, save, or only tell what it would do; True when it is done."""
    others = [record for record in _records() if card is None or record["code"] != card.code]
    if "remove" in request.POST and card is not None:
        _save(request, others, "", None)
        messages.success(request, _("The scorecard was taken away; the next run scores without it."))
        return True
    if not form.is_valid():
        return False
    code = card.code if card else new_code(form.cleaned_data["name"], others)
    value = validate_value(find_policy(POLICY), cast("JSONValue", [*others, form.record(code)]))
    if "save" in request.POST:
        _save(request, value, form.cleaned_data["reason"], form.cleaned_data["seen"])
        messages.success(request, _("Saved: it scores from the next run on."))
        return True
    context["effects"] = preview_effects(POLICY, value, user=request.user)
    context["changed"] = form.cleaned_data["name"]
    return False


def _save(request: HttpRequest, value: Any, reason: str, seen: int | None) -> None:
    set_policy(name=POLICY, value=value, actor=request.user, now=clock.now(), reason=reason, seen=seen)
