"""``manage.py score TENANT``: score everybody as of a day."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from retention.common import clock
from retention.common.clock import end_of_day
from retention.scoring.enums import RunKind
from retention.scoring.models import ChurnCard, ScoreRun
from retention.scoring.services.dates import checked_date, not_in_future
from retention.scoring.services.renewals import PREFIX
from retention.scoring.services.runs import advance, request_run, wait_for
from tenants.commands import TenantCommand
from tenants.context import current_tenant


class Command(TenantCommand):
    help = "Score every customer as of a day: thresholds, lifetime models, value, pools, health."

    def add_options(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--as-of", metavar="DATE", help="the last complete day unless given, for example 2017-12-31"
        )
        parser.add_argument("--known-at", metavar="DATE", help="leave out what was recorded after this day")
        parser.add_argument(
            "--policy-at", metavar="DATE", help="use the policies as they stood at the end of this day"
        )
        parser.add_argument(
            "--refresh", action="store_true", help="restate only whom the day touched, where that will do"
        )

    def run(self, **options: Any) -> dict[str, Any]:
        started = time.monotonic()
        zone = current_tenant().timezone
        today = clock.today(zone)
        asked = options["as_of"]
        as_of = not_in_future(checked_date(asked), today) if asked else clock.last_complete_day(zone)
        queued = request_run(
            as_of=as_of,
            now=clock.now(),
            known_at=_end_of(options["known_at"], zone),
            policy_at=_end_of(options["policy_at"], zone),
            kind=RunKind.REFRESH if options["refresh"] else RunKind.FULL,
        )
        run = advance(queued.pk, clock=clock.now, progress=self.progress("score"))
        if run.status == "running":
            run = wait_for(run.pk, clock=clock.now)
        return answer(run, time.monotonic() - started)

    def render(self, result: dict[str, Any]) -> str:
        pools = ", ".join(f"{name or 'no pool'} {count}" for name, count in result["pools"].items() if count)
        lines = [f"{result['customers']} customers as of {result['as_of']} in {result['seconds']:.1f} s", pools]
        cards = {name: card for name, card in result["models"].items() if name != "subscription"}
        cards |= {f"subscription, {name}": card for name, card in result["models"]["subscription"].items()}
        for name, card in cards.items():
            lines.append(f"{name}: {'identified' if card['identified'] else card['reason']}")
        return "\n".join(lines)


def _end_of(text: str | None, zone: str) -> datetime | None:
    return end_of_day(checked_date(text), zone) if text else None


def answer(run: ScoreRun, seconds: float) -> dict[str, Any]:
    """What ``score --json`` prints."""
    pools = dict(run.summary["pools"])
    pools["none"] = pools.pop("")
    scored = run if run.base_id is None else ScoreRun.objects.get(pk=run.base_id)
    return {
        "as_of": run.as_of.isoformat(),
        "customers": run.customers,
        "seconds": round(seconds, 3),
        "fingerprint": run.fingerprint,
        "pools": pools,
        "models": {
            model.name: {
                **model.parameters,
                "log_likelihood": model.log_likelihood,
                "identified": model.identified,
                "reason": model.reason,
                "customers": model.customers,
            }
            for model in scored.models.exclude(name__startswith=PREFIX).order_by("name")
        }
        | {"churn": _churn(scored.churn), "subscription": _subscription(scored)},
        "kind": run.kind,
        "restated": run.summary.get("restated", run.customers),
    }


def _subscription(run: ScoreRun) -> dict[str, dict[str, Any]]:
    """The model of renewals of each length of term that occurs; `other` holds what is refused."""
    return {
        model.name.removeprefix(PREFIX): {
            "model": model.details.get("model"),
            **model.parameters,
            "log_likelihood": model.log_likelihood,
            "identified": model.identified,
            "reason": model.reason,
            "contracts": model.customers,
            "renewed": model.repeat_customers,
            "p_value": model.details.get("p_value"),
        }
        for model in run.models.filter(name__startswith=PREFIX).order_by("pk")
    }


def _churn(kept: ChurnCard) -> dict[str, Any]:
    """The churn model's card: what it is, how well it did where it had not looked, or why there is none."""
    card = kept.card
    trial: dict[str, Any] = next((one for one in card.get("trials", ()) if one["kind"] == card["chosen"]), {})
    return {
        "identified": kept.is_model,
        "reason": card["reason"],
        "kind": card.get("chosen"),
        "horizon_days": card["horizon_days"],
        "auc": trial.get("auc"),
        "interval": trial.get("interval"),
        "brier": trial.get("brier"),
        "base_brier": card.get("base_brier"),
        "customers": card.get("trained_on"),
        "refused": [one["name"] for one in card.get("refused", ())],
        "drift": _drift(card.get("drift")),
    }


def _drift(drift: dict[str, Any] | None) -> dict[str, Any] | None:
    """What moved since the model was tried; None where it was not looked at."""
    if drift is None:
        return None
    moved = {one["name"]: round(one["index"], 4) for one in drift["shifts"]}
    return {"off": drift["off"], "foreseen": drift["foreseen"], "happened": drift["happened"], "moved": moved}
