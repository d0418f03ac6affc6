"""Experiments of Stay's own: made with their arms, and customers drawn into them as sets.

The global holdout leaves first; who is left is drawn into the holdout or an arm, and both sides get an exposure at
that moment. Drawing again, or a larger crowd, moves nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from campaigns.enums import ExperimentSource
from campaigns.models import Arm, Experiment
from campaigns.science.assignment import BUCKETS, bounds_of, bucket_sql, split_rest
from retention.common.errors import Conflict, DomainError
from tenants.governance.services.audit import record_act
from tenants.people.models import User
from tenants.policies import policy_number

HOLDOUT = "holdout"
"""The control of every experiment that is drawn here."""
GLOBAL = "global holdout"
REACHED = "campaigns"
"""The global experiment's other arm: customers whom campaigns may reach."""


@dataclass(frozen=True)
class Customers:
    """Who is to be drawn: a query with the column `customer_id`, each once, and the parameters it takes."""

    sql: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Drawn:
    """How many left to the global holdout, and how many are in each arm (by its id); `exposed` are new ones."""

    global_holdout: int
    arms: Mapping[int, int]
    exposed: int


def create_experiment(
    *,
    name: str,
    holdout: float,
    arms: Mapping[str, int],
    source: ExperimentSource,
    actor: object,
    now: datetime,
    salt: str | None = None,
) -> Experiment:
    """An experiment whose control is the share `holdout` of its customers; the rest goes to `arms` by their weights.

    DomainError for a share or weights that make no sense, Conflict when the name is taken.
    """
    if not 0 <= holdout < 1 or not arms or any(weight < 1 for weight in arms.values()) or HOLDOUT in arms:
        raise DomainError(
            "bad_arms",
            _("A holdout is a share under 1, and the rest needs at least one arm with a weight."),
            mend=_("Give a share such as 0.1 and arms such as “message”: 1."),
        )
    held_out = round(holdout * BUCKETS)
    shares = [held_out, *split_rest(BUCKETS - held_out, list(arms.values()))]
    return _create(name, dict(zip((HOLDOUT, *arms), shares, strict=True)), source, actor, now, salt)


def _create(
    name: str, shares: Mapping[str, int], source: ExperimentSource, actor: object, now: datetime, salt: str | None
) -> Experiment:
    with transaction.atomic():
        experiment, made = Experiment.objects.get_or_create(
            name=name,
            defaults={
                "salt": salt or token_hex(16),
                "source": source,
                "created_by": actor if isinstance(actor, User) else None,
                "created_at": now,
            },
        )
        if not made:
            raise Conflict(
                "experiment_exists", _("There is an experiment “%s” already.") % name, mend=_("Choose another name.")
            )
        Arm.objects.bulk_create(
            Arm(experiment=experiment, name=arm, share=share, position=place, is_control=arm == HOLDOUT)
            for place, (arm, share) in enumerate(shares.items())
        )
        record_act(
            actor=actor, action="experiment.created", target=f"experiment:{experiment.public_id}",
            detail={"name": name, "arms": dict(shares)}, at=now,
        )  # fmt: skip
    return experiment


def global_experiment(*, now: datetime) -> Experiment:
    """The experiment that all campaigns share; made at first need."""
    found = Experiment.objects.filter(source=ExperimentSource.GLOBAL_HOLDOUT).first()
    if found is None:
        held_out = _global_share()
        shares = {HOLDOUT: held_out, REACHED: BUCKETS - held_out}
        try:
            return _create(GLOBAL, shares, ExperimentSource.GLOBAL_HOLDOUT, "stay", now, None)
        except Conflict:
            return Experiment.objects.get(source=ExperimentSource.GLOBAL_HOLDOUT)
    return found


def draw(experiment: Experiment, customers: Customers, *, now: datetime) -> Customers:
    """The query (customer_id, arm_id) that says where each falls; arm_id is null for the global holdout.

    Who was exposed before stays in that arm, whatever became of shares since. It reads only; see :func:`assign`.
    """
    arms = list(experiment.arms.all())
    shares = [arm.share or 0 for arm in arms]
    if sum(shares) != BUCKETS:
        raise DomainError(
            "bad_arms", _("The shares of this experiment do not add up."), mend=_("Only experiments made here draw.")
        )
    everybody = global_experiment(now=now)
    sql = f"""
        SELECT g.customer_id, CASE WHEN x.id IS NOT NULL THEN x.arm_id
               WHEN {bucket_sql("%(global_salt)s::text", "c.public_id")} < %(global_share)s THEN NULL
               ELSE (%(drawn_arms)s::bigint[])[
                   width_bucket({bucket_sql("%(salt)s::text", "c.public_id")}, %(drawn_bounds)s::integer[]) + 1]
               END AS arm_id
        FROM ({customers.sql}) g
        JOIN customers_customer c ON c.id = g.customer_id
        LEFT JOIN campaigns_exposure x
            ON x.experiment_id = %(experiment)s AND x.customer_id = g.customer_id AND NOT x.withdrawn
        """
    kept = [(arm.pk, bound) for arm, bound, share in zip(arms, bounds_of(shares), shares, strict=True) if share]
    given = {
        "experiment": experiment.pk,
        "salt": experiment.salt,
        "global_salt": everybody.salt,
        "global_share": _global_share(),
        "drawn_arms": [arm for arm, _bound in kept],
        "drawn_bounds": [bound for _arm, bound in kept[:-1]] or [BUCKETS],
    }
    return Customers(sql, {**customers.params, **given})


def assign(*, experiment: Experiment, customers: Customers, now: datetime) -> Drawn:
    """Draw `customers`, and note the exposures of both sides: to this experiment, and to the global one."""
    drawn = draw(experiment, customers, now=now)
    everybody = global_experiment(now=now)
    sides = {arm.name: arm.pk for arm in everybody.arms.all()}
    given = {
        **drawn.params,
        "now": now,
        "everybody": everybody.pk,
        "global_holdout": sides[HOLDOUT],
        "global_reached": sides[REACHED],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ASSIGN.format(drawn=drawn.sql), given)
        counts = {arm: (count, new) for arm, count, new in cursor.fetchall()}
        Experiment.objects.filter(pk__in=(experiment.pk, everybody.pk), started_at=None).update(started_at=now)
    return Drawn(
        global_holdout=counts.get(None, (0, 0))[0],
        arms={arm.pk: counts.get(arm.pk, (0, 0))[0] for arm in experiment.arms.all()},
        exposed=sum(new for _count, new in counts.values()),
    )


def _global_share() -> int:
    return round(policy_number("campaigns.global_holdout") * BUCKETS)


def mark_control(*, experiment: Experiment, control: Arm, actor: object, now: datetime) -> None:
    """Say which arm the others are compared with."""
    with transaction.atomic():
        experiment.arms.update(is_control=False)
        experiment.arms.filter(pk=control.pk).update(is_control=True)
        record_act(
            actor=actor, action="experiment.control", target=f"experiment:{experiment.public_id}",
            detail={"control": control.name}, at=now,
        )  # fmt: skip


def set_shares(*, experiment: Experiment, weights: Sequence[int], actor: object, now: datetime) -> None:
    """Say how an imported trial's customers were meant to be spread over its arms, in the order of the arms.

    Arms of our own experiments were drawn by their shares, which are not changed afterwards: Conflict.
    """
    arms = list(experiment.arms.all())
    if experiment.source != ExperimentSource.IMPORTED:
        raise Conflict("drawn_here", _("The arms of this experiment were drawn by their shares; they stay."))
    if len(weights) != len(arms) or any(weight < 0 for weight in weights) or not sum(weights):
        raise DomainError("bad_arms", _("Each arm needs a part of 0 or more, and one of them more."))
    with transaction.atomic():
        for arm, share in zip(arms, split_rest(BUCKETS, list(weights)), strict=True):
            Arm.objects.filter(pk=arm.pk).update(share=share)
        record_act(
            actor=actor, action="experiment.shares", target=f"experiment:{experiment.public_id}",
            detail={arm.name: weight for arm, weight in zip(arms, weights, strict=True)}, at=now,
        )  # fmt: skip


_ASSIGN = """
    WITH drawn AS MATERIALIZED ({drawn}), everywhere AS (
        INSERT INTO campaigns_exposure (experiment_id, customer_id, arm_id, exposed_at, recorded_at)
        SELECT %(everybody)s, customer_id,
               CASE WHEN arm_id IS NULL THEN %(global_holdout)s ELSE %(global_reached)s END, %(now)s, %(now)s
        FROM drawn ORDER BY customer_id
        ON CONFLICT (experiment_id, customer_id) DO NOTHING
    ), made AS (
        INSERT INTO campaigns_exposure (experiment_id, customer_id, arm_id, exposed_at, recorded_at)
        SELECT %(experiment)s, customer_id, arm_id, %(now)s, %(now)s
        FROM drawn WHERE arm_id IS NOT NULL ORDER BY customer_id
        ON CONFLICT (experiment_id, customer_id) DO NOTHING
        RETURNING customer_id
    )
    SELECT d.arm_id, count(*), count(m.customer_id)
    FROM drawn d LEFT JOIN made m USING (customer_id) GROUP BY d.arm_id
    """
