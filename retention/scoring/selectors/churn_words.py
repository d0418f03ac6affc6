"""What a churn model says, in words: names of what it knows, reasons of one customer, and its card."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from retention.common import formats
from retention.common.errors import sentences
from retention.scoring.models import ChurnCard, CustomerScore
from retention.scoring.services.churn_columns import CODES

LABELS: dict[str, Promise] = {
    "r": gettext_lazy("silence in their own rhythm"),
    "silence": gettext_lazy("days of silence"),
    "age": gettext_lazy("days since the first time"),
    "times": gettext_lazy("how often they came in all"),
    "pace": gettext_lazy("usual days between two times"),
    "days_recent": gettext_lazy("how often they came lately"),
    "trend": gettext_lazy("lately against the time before"),
    "year_revenue": gettext_lazy("revenue of their last year"),
    "order_value": gettext_lazy("what an order is worth"),
    "logins_recent": gettext_lazy("log-in days of the last week"),
    "logins_before": gettext_lazy("log-in days of the weeks before"),
    "other_silence": gettext_lazy("days since the last log-in (visit clock: order)"),
    "browse_days": gettext_lazy("days with views"),
    "cart_lines": gettext_lazy("open cart lines"),
    "favourites": gettext_lazy("favourites added"),
    "reply_rate": gettext_lazy("share of messages answered"),
    "benefit_use": gettext_lazy("share of benefits used"),
    "complaint_hours": gettext_lazy("how long a complaint waits"),
    "fault_share": gettext_lazy("share of orders with a fault"),
    "nps_latest": gettext_lazy("latest NPS score"),
    "tone": gettext_lazy("tone of their feedback"),
    "unanswered": gettext_lazy("win-backs unanswered"),
    "all_off": gettext_lazy("all messages switched off"),
    "said_so": gettext_lazy("said that they leave"),
}
OWN_WORDS: dict[tuple[str, str], Promise] = {
    ("other_silence", "purchase"): gettext_lazy("days since the last log-in"),
    ("other_silence", "visit"): gettext_lazy("days since the last order"),
}
"""What a feature is called of a customer whose clock is known."""
KINDS: dict[str, Promise] = {
    "logistic": gettext_lazy("logistic regression"),
    "boosted": gettext_lazy("gradient boosting"),
}
MOST_SHIFTS = 3
LEAST_EFFECT = 0.005
"""Under half a point nothing is said."""


def churn_values(score: CustomerScore) -> dict[str, Any]:
    """What is to be said of a customer's chance: the chance, the horizon, and features with their effect on it."""
    pairs = score.churn_why or []
    found = [(pairs[place], pairs[place + 1]) for place in range(0, len(pairs), 2)]
    return {
        "churn_probability": score.churn_probability,
        "horizon_days": score.run.plan["churn"]["horizon_days"],
        "features": [
            {"code": CODES[int(place)], "effect": round(effect, 4)}
            for place, effect in found
            if place == place and abs(effect) >= LEAST_EFFECT  # NaN is no place
        ],
        "clock": score.clock,
        "by_model": score.churn_why is not None,
    }


def churn_figure(score: CustomerScore) -> dict[str, str]:
    """The chance as it is shown: never none at all, never for sure."""
    return _shown(score.churn_probability or 0.0, score.run.plan["churn"]["horizon_days"])


def _shown(chance: float, horizon: int) -> dict[str, str]:
    return {"share": formats.chance(chance), "days": formats.days(horizon)}


def churn_sentence(values: dict[str, Any]) -> str:
    """The same as a sentence."""
    words = _shown(values["churn_probability"], values["horizon_days"])
    if not values["by_model"]:
        return _("%(share)s of the customers in this pool did not come back within %(days)s.") % words
    text = _("Stays away for the next %(days)s with a chance of %(share)s.") % words
    for sign, frame in ((1, _("It is raised by: %s.")), (-1, _("It is lowered by: %s."))):
        parts = [
            _("%(what)s (%(points)s)")
            % {
                "what": OWN_WORDS.get((one["code"], values["clock"]), LABELS[one["code"]]),
                "points": _points(one["effect"]),
            }
            for one in values["features"]
            if one["effect"] * sign > 0
        ]
        if parts:
            text = sentences(text, frame % _(", ").join(parts))
    return text


def _points(effect: float) -> str:
    points = round(100 * effect)
    sign = "+" if points > 0 else "−" if points < 0 else "±"
    return ngettext("%(n)s point", "%(n)s points", abs(points)) % {"n": f"{sign}{abs(points)}"}


def card_words(card: ChurnCard) -> list[str]:
    """What is known of the model in force, or why there is none, in sentences."""
    facts = card.card
    horizon = formats.days(facts["horizon_days"])
    if not card.is_model:
        instead = _("Until then each pool’s own share of leavers stands in.") if facts["shares"] else ""
        return [_("There is no model yet."), *_missing(facts), *([instead] if instead else [])]
    trial = next(one for one in facts["trials"] if one["kind"] == facts["chosen"])
    low, high = trial["interval"]
    words = {
        "kind": KINDS[facts["chosen"]],
        "customers": formats.number(facts["trained_on"]),
        "before": formats.day(date.fromisoformat(facts["before"])),
        "later": formats.day(date.fromisoformat(facts["later"])),
        "tried": formats.number(facts["tried_on"]),
        "days": horizon,
        "auc": formats.number(trial["auc"], 3),
        "low": formats.number(low, 3),
        "high": formats.number(high, 3),
        "brier": formats.number(trial["brier"], 3),
        "base": formats.number(facts["base_brier"], 3),
    }
    said = [
        _(
            "By %(kind)s: learned from %(customers)s customers as of %(before)s, tried on %(tried)s as of %(later)s, "
            "a day that it had not seen; both moments then taught the one in force."
        )
        % words,
        _(
            "It ranks who stays away for %(days)s with an AUC of %(auc)s (%(low)s to %(high)s); its Brier score is "
            "%(brier)s, where saying the average to everybody gives %(base)s."
        )
        % words,
    ]
    other = next(one for one in facts["trials"] if one["kind"] != facts["chosen"])
    said.append(
        _("The other kind, %(kind)s, had an AUC of %(auc)s; a tie goes to the simpler one.")
        % {"kind": KINDS[other["kind"]], "auc": formats.number(other["auc"], 3)}
    )
    return [*said, *_drift_words(facts)]


def _drift_words(facts: dict[str, Any]) -> list[str]:
    """What moved since the trial, in sentences; none for runs from before drift was watched."""
    drift = facts.get("drift")
    if drift is None:
        return []
    words = {
        "foreseen": formats.share(drift["foreseen"], 0),
        "happened": formats.share(drift["happened"], 0),
        "later": formats.day(date.fromisoformat(facts["later"])),
        "names": _(", ").join(
            _("%(name)s (PSI %(index)s)") % {"name": LABELS[one["name"]], "index": formats.number(one["index"], 2)}
            for one in drift["shifts"][:MOST_SHIFTS]
        ),
    }
    said = []
    if drift["off"]:
        said.append(
            _(
                "Drift: as of %(later)s it foresaw that %(foreseen)s would stay away, and %(happened)s did. It has "
                "learned from that since; read its chances with this doubt until the next horizon has passed."
            )
            % words
        )
    if drift["shifts"]:
        said.append(
            _(
                "Drift: customers are no longer what they were when it was tried: %(names)s. It is learned anew at "
                "each full run, but what follows from a change of this kind nobody has seen yet."
            )
            % words
        )
    return said or [
        _(
            "No drift: as of %(later)s it foresaw that %(foreseen)s would stay away, and %(happened)s did; customers "
            "are much as they were."
        )
        % words
    ]


def _missing(facts: dict[str, Any]) -> list[str]:
    """What a model lacks, in sentences."""
    if not facts["short"]:
        return [_("Nothing that is known differs between customers.")]
    sentences = {
        "customers": _("It needs %(need)s customers who had come by then, and there are %(have)s."),
        "left": _("It needs %(need)s who stayed away, and there are %(have)s."),
        "stayed": _("It needs %(need)s who came again, and there are %(have)s."),
    }
    return [
        sentences[one["what"]] % {"need": formats.number(one["need"]), "have": formats.number(one["have"])}
        for one in facts["short"]
    ]
