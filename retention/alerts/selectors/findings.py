"""A finding as a row of JSON: the answer of ``detect``."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from retention.alerts.detectors.base import Evidence, sentence_of

if TYPE_CHECKING:
    from retention.alerts.services.detection import Outcome
    from retention.alerts.services.priority import Matrix


class FindingRow(TypedDict):
    """One finding. `alert` is the public id of the living alert that it opened or belongs to."""

    monitor: str
    name: str
    as_of: str
    fired: bool
    value: float | None
    threshold: float | None
    n: int
    minimum: int
    quiet: str
    subject: dict[str, str]
    cause: str
    urgency: str
    reach: str
    priority: str
    affected: int
    sentence: str
    evidence: Evidence
    live: bool
    alert: str | None


def finding_row(outcome: Outcome, matrix: Matrix, *, live: bool) -> FindingRow:
    """The row of one finding."""
    finding = outcome.finding
    reach = matrix.reach(finding.subject.kind, finding.affected)
    return FindingRow(
        monitor=finding.monitor,
        name=outcome.monitor.title,
        as_of=finding.as_of.isoformat(),
        fired=finding.fired,
        value=finding.value,
        threshold=finding.threshold,
        n=finding.sample,
        minimum=finding.minimum,
        quiet=finding.quiet,
        subject={"kind": str(finding.subject.kind), "id": finding.subject.public_id},
        cause=finding.cause or finding.monitor,
        urgency=str(outcome.monitor.urgency),
        reach=str(reach),
        priority=str(matrix.priority(outcome.monitor.urgency, reach)),
        affected=finding.affected,
        sentence=sentence_of(finding.monitor, finding.quiet, finding.evidence),
        evidence=finding.evidence,
        live=live,
        alert=str(outcome.alert.public_id) if outcome.alert else None,
    )
