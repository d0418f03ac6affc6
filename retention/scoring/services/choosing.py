"""Whether a refresh will do, or why everybody has to be scored in full."""

from __future__ import annotations

from collections.abc import Mapping

from retention.scoring.enums import FullReason
from retention.scoring.models import ScoreRun
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from retention.scoring.services.plan import CODE_VERSION
from retention.scoring.services.seen import Seen

HOUSEKEEPING = "runs."
"""Policies of this kind say when and how runs are made, not what they find."""
MEANINGS = {
    "map": FullReason.MAP,
    "categories": FullReason.CATEGORIES,
    "overrides": FullReason.OVERRIDES,
    "feeds": FullReason.FEEDS,
    "zone": FullReason.ZONE,
}


def reason_for_full(
    run: ScoreRun, base: ScoreRun | None, moment: Moment, rules: Rules, seen: Seen
) -> FullReason | None:
    """Why `run` can't build on `base`, the run in force; None where it can. `seen` is what there is to see now."""
    if base is None or not base.seen or base.scored_on is None:
        return FullReason.FIRST
    if run.known_at is not None or run.policy_at is not None or base.as_of > moment.as_of:
        return FullReason.PAST
    if base.plan["version"] != CODE_VERSION:
        return FullReason.CODE
    if base.customers < rules.whole("runs.refresh_from"):
        return FullReason.FEW
    if (moment.as_of - base.scored_on).days >= rules.whole("runs.full_days"):
        return FullReason.AGE
    if _that_count(base.plan["rules"]) != _that_count(rules.values):
        return FullReason.RULES
    before = base.seen["meaning"]
    return next((reason for name, reason in MEANINGS.items() if before[name] != seen["meaning"][name]), None)


def _that_count(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if not name.startswith(HOUSEKEEPING)}
