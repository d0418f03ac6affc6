"""What an experiment says: each metric's difference of each arm to the control, and whether it may be believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Arm, Experiment
from campaigns.science.always_valid import always_valid_interval
from campaigns.science.assignment import BUCKETS
from campaigns.science.differences import Difference, Interval, compare
from campaigns.science.sample_ratio import sample_ratio_p
from campaigns.science.sums import Sums
from campaigns.selectors.experiment_sums import ExperimentSums, sum_experiment
from retention.common.errors import DomainError, NotFound
from retention.common.formats import number
from retention.customers.selectors.lists import as_uuid
from tenants.policies import policy_number

USUAL_CONTROLS = ("control", "holdout", "no e-mail", "none", "对照组", "空白组")
"""Names by which a control is known when nobody said which arm it is."""


@dataclass(frozen=True)
class ArmResult:
    """One metric of one arm. The control differs from itself by exactly 0."""

    arm: Arm
    sums: Sums
    difference: float
    interval: Interval | None
    p_value: float | None
    always_valid_interval: Interval | None

    def as_json(self) -> dict[str, Any]:
        """As the command prints it."""
        return {
            "n": self.sums.n,
            "mean": self.sums.mean if self.sums.n else None,
            "difference": self.difference if self.sums.n else None,
            "interval": self.interval,
            "p_value": self.p_value,
            "always_valid_interval": self.always_valid_interval,
        }


@dataclass(frozen=True)
class MetricResult:
    """One metric. `binary`: a share, else a mean of amounts."""

    metric: str
    binary: bool
    arms: tuple[ArmResult, ...]

    @property
    def treated(self) -> tuple[ArmResult, ...]:
        """The arms that are compared with the control."""
        return tuple(result for result in self.arms if not result.arm.is_control)


@dataclass(frozen=True)
class Caution:
    """Something that weighs on the result: a code and a sentence."""

    code: str
    text: str


@dataclass(frozen=True)
class ReadoutResult:
    """All metrics. `exposed` gives each arm with its customers and the share that was meant."""

    control: Arm
    exposed: tuple[tuple[Arm, int, float], ...]
    metrics: tuple[MetricResult, ...]
    sample_ratio_p: float | None
    cautions: tuple[Caution, ...]
    conflicts: int
    before_exposure: int

    def as_json(self) -> dict[str, Any]:
        """As the command prints it and the API answers."""
        return {
            "control": self.control.name,
            "metrics": {
                found.metric: {"arms": {result.arm.name: result.as_json() for result in found.arms}}
                for found in self.metrics
            },
            "sample_ratio_p": self.sample_ratio_p,
            "warnings": [caution.text for caution in self.cautions],
        }


def find_experiment(name: str) -> Experiment:
    """The experiment called `name`, with that id, or of the one campaign called so; NotFound with the known names."""
    found = Experiment.objects.filter(name=name).first()
    if found is None and (public_id := as_uuid(name)):
        found = Experiment.objects.filter(public_id=public_id).first()
    if found is None:
        named = Experiment.objects.filter(Q(campaign__name=name) | Q(campaign__name_zh=name))[:2]
        found = named[0] if len(named) == 1 else None
    if found is None:
        known = ", ".join(Experiment.objects.values_list("name", flat=True)[:20])
        raise NotFound(
            "no_such_experiment",
            _("There is no experiment “%s”.") % name,
            mend=_("Use one of: %s.") % known if known else _("Import exposures first."),
        )
    return found


def find_control(experiment: Experiment, name: str | None = None) -> Arm:
    """The arm to compare with: the one asked for, the one that is marked, or one with a usual name."""
    arms = list(experiment.arms.all())
    if name is not None:
        found = next((arm for arm in arms if arm.name == name), None)
    else:
        found = next((arm for arm in arms if arm.is_control), None) or next(
            (arm for usual in USUAL_CONTROLS for arm in arms if arm.name.casefold() == usual), None
        )
    if found is None:
        known = ", ".join(arm.name for arm in arms)
        text = (
            _("“%s” is not an arm of this experiment.") % name if name else _("Nobody said which arm is the control.")
        )
        raise DomainError("no_control", text, mend=_("Name one of: %s.") % known if known else "")
    return found


def read_out(experiment: Experiment, *, control: Arm, until: datetime | None = None) -> ReadoutResult:
    """The result of what happened before `until`, or of all there is; reads, and keeps nothing."""
    sums = sum_experiment(experiment, until=until)
    return result_of(list(experiment.arms.all()), sums, control=control)


def result_of(arms: Sequence[Arm], sums: ExperimentSums, *, control: Arm) -> ReadoutResult:
    """What the sums say about the arms."""
    for arm in arms:
        arm.is_control = arm.pk == control.pk
    exposed = tuple(
        (arm, sums.exposed.get(arm.pk, 0), share) for arm, share in zip(arms, shares_of(arms), strict=True)
    )
    ratio = sample_ratio_p([count for _arm, count, _share in exposed], [share for _arm, _count, share in exposed])
    tuned_at = int(policy_number("experiments.tuned_at"))
    metrics = tuple(_metric(name, arms, found, control, tuned_at) for name, found in sums.metrics.items())
    return ReadoutResult(
        control,
        exposed,
        metrics,
        ratio,
        tuple(_cautions(exposed, ratio, sums)),
        conflicts=sums.conflicts,
        before_exposure=sums.before_exposure,
    )


def shares_of(arms: Sequence[Arm]) -> list[float]:
    """The share meant for each arm; equal ones where nobody said."""
    if not arms or any(arm.share is None for arm in arms):
        return [1 / len(arms) for _arm in arms]
    return [(arm.share or 0) / BUCKETS for arm in arms]


def _metric(name: str, arms: Sequence[Arm], sums: Mapping[int, Sums], control: Arm, tuned_at: int) -> MetricResult:
    results = []
    for arm in arms:
        if arm.pk == control.pk:
            zero = Difference(0.0, (0.0, 0.0), 1.0)
            results.append(ArmResult(arm, sums[arm.pk], zero.difference, zero.interval, zero.p_value, (0.0, 0.0)))
            continue
        found = compare(sums[control.pk], sums[arm.pk])
        always = always_valid_interval(sums[control.pk], sums[arm.pk], tuned_at=tuned_at)
        results.append(ArmResult(arm, sums[arm.pk], found.difference, found.interval, found.p_value, always))
    return MetricResult(name, all(found.binary for found in sums.values()), tuple(results))


def _cautions(exposed: Sequence[tuple[Arm, int, float]], ratio: float | None, sums: ExperimentSums) -> list[Caution]:
    found = []
    if ratio is not None and ratio < policy_number("experiments.sample_ratio_p"):
        sizes = ", ".join(f"{arm.name} {number(count)}" for arm, count, _share in exposed)
        found.append(
            Caution(
                "sample_ratio",
                _("Sample ratio mismatch: the arms hold %(sizes)s, which chance does not explain (p = %(p)s).")
                % {"sizes": sizes, "p": f"{ratio:.2g}"}
                + " "
                + _("Customers were lost on one side; find out where before believing any figure."),
            )
        )
    empty = [arm.name for arm, count, _share in exposed if not count]
    if empty:
        found.append(Caution("empty_arm", _("Nobody was exposed to: %s.") % ", ".join(empty)))
    counted = (
        (
            "conflicts",
            sums.conflicts,
            ngettext(
                "%(n)s customer met a second arm: the first one counts.",
                "%(n)s customers met a second arm: the first one counts.",
                sums.conflicts,
            ),
        ),
        (
            "before_exposure",
            sums.before_exposure,
            ngettext(
                "%(n)s outcome from before the exposure is left out.",
                "%(n)s outcomes from before the exposure are left out.",
                sums.before_exposure,
            ),
        ),
        (
            "not_exposed",
            sums.not_exposed,
            ngettext(
                "%(n)s outcome of a customer who was not exposed is left out.",
                "%(n)s outcomes of customers who were not exposed are left out.",
                sums.not_exposed,
            ),
        ),
    )
    found += [Caution(code, text % {"n": number(count)}) for code, count, text in counted if count]
    return found
