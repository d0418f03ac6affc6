"""``manage.py nps TENANT``: the net promoter score of a survey, or of all."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from feedback.science.nps import Nps
from feedback.selectors.nps import answers, nps_by, nps_of
from tenants.commands import TenantCommand


class Command(TenantCommand):
    help = "The net promoter score with its interval: share of 9 and 10 less share of 0 to 6, in points."

    def add_options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--survey", metavar="NAME", help="one survey; without it the answers of all")
        parser.add_argument("--by", metavar="FIELD", help="also for each value of this column or trait")

    def run(self, **options: Any) -> dict[str, Any]:
        held = answers(options["survey"])
        found = as_json(nps_of(held))
        if options["by"]:
            found["by"] = {value: as_json(nps) for value, nps in nps_by(held, options["by"]).items()}
        return found

    def render(self, result: Any) -> str:
        lines = [_line("NPS", result)]
        lines += [_line(value or "(unknown)", part) for value, part in result.get("by", {}).items()]
        return "\n".join(lines)


def as_json(nps: Nps) -> dict[str, Any]:
    """What ``--json`` prints."""
    return {
        "n": nps.n,
        "promoters": nps.promoters,
        "passives": nps.passives,
        "detractors": nps.detractors,
        "nps": None if nps.score is None else round(nps.score, 4),
        "interval": None if nps.interval is None else [round(bound, 4) for bound in nps.interval],
    }


def _line(name: str, found: dict[str, Any]) -> str:
    if found["nps"] is None:
        return f"{name}: no answers yet"
    low, high = found["interval"]
    return f"{name}: {found['nps']:+.1f} ({low:+.1f} to {high:+.1f}) from {found['n']} answers"
