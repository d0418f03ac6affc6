"""Scores on the customer record and on the account's page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from retention.customers.models import Account, Customer
from retention.customers.panels import Panel, register, register_account
from retention.scoring.explain import explain
from retention.scoring.models import AccountScore, CustomerScore, PoolSpell, ScoreRun
from retention.scoring.rules import Rules
from retention.scoring.selectors.churn_words import churn_figure
from retention.scoring.selectors.current import current_run
from retention.scoring.selectors.factors import account_factors, customer_factors, radar_chart
from retention.scoring.selectors.renewal_words import TERM_WORDS, renewal_fit_words, worth_sentences
from retention.scoring.selectors.returns import return_sentence
from retention.scoring.selectors.subscriptions import RunningTerm, running_of
from retention.scoring.selectors.value_ahead import ValuesAhead
from retention.scoring.services.renewals import PREFIX

SPELLS_SHOWN = 6


def customer_scores(customer: Customer, as_of: date) -> dict[str, Any]:
    """Pool, value, health with its parts, and why."""
    found = CustomerScore.current.select_related("run", "category").filter(customer=customer)
    score = found.first()
    if score is None:
        return {"score": None}
    breakdown = customer_factors(score)
    ValuesAhead(score.run).attach([score])
    spells = PoolSpell.objects.filter(customer=customer).order_by("-entered_on")
    return {
        "score": score,
        "why": explain(score, "" if score.category is None else str(score.category)),
        "like_this": return_sentence(score),
        "churn": None if score.churn_probability is None else churn_figure(score),
        "health": breakdown,
        "chart": radar_chart(breakdown, chart_id="health-radar"),
        "spells": list(spells[:SPELLS_SHOWN]),
    }


def account_scores(account: Account, as_of: date) -> dict[str, Any]:
    """Health of the account with its parts."""
    score = AccountScore.current.select_related("run").filter(account=account).first()
    if score is None:
        return {"score": None}
    breakdown = account_factors(score)
    return {
        "score": score,
        "health": breakdown,
        "chart": radar_chart(breakdown, chart_id="health-radar"),
        "renews_in": (score.renews_on - as_of).days if score.renews_on else None,
    }


def customer_terms(customer: Customer, as_of: date) -> dict[str, Any] | None:
    """What runs in terms and what it is still worth; left out where nothing does."""
    run = current_run()
    return None if run is None else _terms(run, running_of(run, customer=customer.pk))


def account_terms(account: Account, as_of: date) -> dict[str, Any] | None:
    """The same of an account."""
    run = current_run()
    return None if run is None else _terms(run, running_of(run, account=account.pk))


def _terms(run: ScoreRun, running: list[RunningTerm]) -> dict[str, Any] | None:
    if not running:
        return None
    rules = Rules.of(run.plan["rules"])
    models = run.models.filter(name__startswith=PREFIX)
    refusals = {
        model.name.removeprefix(PREFIX): renewal_fit_words(model, rules) for model in models if not model.identified
    }
    return {
        "running": [{"term": one, "name": TERM_WORDS[one.term]} for one in running],
        "sentences": worth_sentences(running, refusals),
    }


register(Panel("scores", _("Scores"), 15, "scores.view", "scoring/_customer_panel.html", customer_scores))
register_account(Panel("scores", _("Health"), 20, "scores.view", "scoring/_account_panel.html", account_scores))
TERMS = "scoring/_subscription_panel.html"
register(Panel("terms", _("Subscriptions and contracts"), 28, "scores.view", TERMS, customer_terms))
register_account(Panel("terms", _("Subscriptions and contracts"), 25, "scores.view", TERMS, account_terms))
