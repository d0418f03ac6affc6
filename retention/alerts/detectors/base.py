"""What a detector is: sums gathered by SQL as of a day, judged by a pure function into findings, put into words.

    detectors.register(Detector("login_decay", _("Log-in decay"), …, look=look, sentence=sentence))

A new monitor is one file like its neighbours: `gather` asks the database for sums, `judge` decides from the sums and
the policies alone, `sentence` writes what the evidence says in the reader's language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from retention.alerts.enums import Level, Quiet, SubjectKind
from retention.common import formats
from retention.common.registry import Registry
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from tenants.people.enums import RoleName
from tenants.policies import JSONValue

if TYPE_CHECKING:
    from retention.alerts.models import Alert

Evidence = Mapping[str, JSONValue]
Unit = Literal["share", "points", "money", "count"]


@dataclass(frozen=True)
class Subject:
    """Whom a finding is about; `key` is the row's, None for the whole business."""

    kind: SubjectKind = SubjectKind.TENANT
    key: int | None = None
    public_id: str = ""


EVERYBODY = Subject()


@dataclass(frozen=True)
class Finding:
    """What a detector says as of a day, fired or not. `quiet` says why it is silent, where it can't judge.

    `sample` of `minimum` is the count that decides whether the value may be said. `cause` tells apart what one
    monitor may find about one subject.
    """

    monitor: str
    as_of: date
    fired: bool
    value: float | None = None
    threshold: float | None = None
    sample: int = 0
    minimum: int = 0
    quiet: Quiet | Literal[""] = ""
    subject: Subject = EVERYBODY
    cause: str = ""
    affected: int = 0
    evidence: Evidence = field(default_factory=dict)


Look = Callable[[Moment, Rules], Sequence[Finding]]


@dataclass(frozen=True)
class Detector:
    """A monitor's reading: what it is called, what it watches, how it looks, what it says.

    `feeds` are what it reads ("orders", or a behaviour): one that is missing silences it. A `per_customer` one finds
    customers instead of a number. `affected_url` leads to the list of those affected.
    """

    code: str
    label: Promise | str
    meaning: Promise | str
    unit: Unit
    look: Look
    sentence: Callable[[Evidence], str]
    urgency: Level = Level.MEDIUM
    owner_role: RoleName = RoleName.MARKETER
    feeds: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    per_customer: bool = False
    affected_url: Callable[[Alert], str] | None = None
    order: int = 100


detectors: Registry[Detector] = Registry("detector", key=lambda detector: detector.code)


def register(detector: Detector) -> Detector:
    """Let `detector` be run for every tenant."""
    return detectors.register(detector)


def too_few(monitor: str, as_of: date, *counts: tuple[int, float], evidence: Evidence | None = None) -> Finding | None:
    """The silent finding for the first count under its minimum; None where all are reached."""
    for count, minimum in counts:
        if count < minimum:
            least = int(minimum)
            return Finding(
                monitor,
                as_of,
                fired=False,
                sample=count,
                minimum=least,
                quiet=Quiet.TOO_FEW,
                evidence={**(evidence or {}), "sample": count, "minimum": least},
            )
    return None


def data_missing(detector: Detector, as_of: date, feed: str, came: int, usual: float) -> Finding:
    """The silent finding of a detector one of whose feeds is missing."""
    return Finding(
        detector.code,
        as_of,
        fired=False,
        quiet=Quiet.MISSING,
        evidence={"feed": feed, "came": came, "usual": usual},
    )


def not_scored(monitor: str, as_of: date) -> Finding:
    """The silent finding of a detector that reads scores of a day nobody has scored."""
    return Finding(monitor, as_of, fired=False, quiet=Quiet.UNSCORED)


def quiet_sentence(quiet: str, evidence: Evidence) -> str:
    """Why a monitor is silent."""
    if quiet == Quiet.TOO_FEW:
        counts = {name: formats.number(whole(evidence.get(name))) for name in ("sample", "minimum")}
        return _("too few (%(sample)s of %(minimum)s)") % counts
    if quiet == Quiet.MISSING:
        return _("Data is missing: %(came)s came where %(usual)s are usual. Nothing that reads it is judged.") % {
            "came": formats.number(whole(evidence.get("came"))),
            "usual": formats.number(real(evidence.get("usual"))),
        }
    return _("No scores stand as of this day yet.")


def sentence_of(code: str, quiet: str, evidence: Evidence) -> str:
    """What a reading or an alert of the detector `code` says; "" for one that exists no more."""
    if quiet:
        return quiet_sentence(quiet, evidence)
    detector = detectors.get(code)
    return detector.sentence(evidence) if detector and evidence else ""


def whole(value: JSONValue) -> int:
    """A stored count."""
    return int(value) if isinstance(value, int | float) else 0


def real(value: JSONValue) -> float:
    """A stored number."""
    return float(value) if isinstance(value, int | float) else 0.0
