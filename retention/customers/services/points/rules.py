"""What earns points, and the ladder of levels: changed by people, from a day on, with an entry in the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from retention.common.errors import Conflict, DomainError
from retention.customers.enums import Behaviour, EarnKind
from retention.customers.models import EarnRule, Level
from retention.customers.services.points.figures import forget_figures
from retention.customers.services.points.multipliers import keep_multipliers
from tenants.context import current_tenant
from tenants.governance.services.audit import record_act

DAY = timedelta(days=1)
FIELDS = ("name", "name_zh", "kind", "event", "behaviour", "points", "cap_per_day", "multiplied", "expires_months")


@dataclass(frozen=True)
class RuleDraft:
    """What a rule is to be. `points` are per unit of currency, per day or per event, by `kind`."""

    code: str
    name: str
    kind: str
    points: Decimal
    name_zh: str = ""
    event: str = ""
    behaviour: str = ""
    cap_per_day: int | None = None
    multiplied: bool = False
    expires_months: int | None = None


@transaction.atomic
def save_rule(*, draft: RuleDraft, from_day: date, actor: object, now: datetime) -> EarnRule:
    """Let `draft` hold from a day on: what held before ends on the day before it, and keeps what it gave.

    A change on the very day on which the rule began replaces it. Conflict when the rule began after `from_day`.
    """
    check_rule(draft)
    values = {name: getattr(draft, name) for name in FIELDS}
    open_one = EarnRule.objects.select_for_update().filter(code=draft.code, ends_on=None).first()
    if open_one is not None and open_one.starts_on > from_day:
        raise Conflict(
            "rule_began_later",
            _("This rule began on %(day)s.") % {"day": open_one.starts_on.isoformat()},
            mend=_("Change it from that day on, or later."),
        )
    before = None if open_one is None else {name: getattr(open_one, name) for name in FIELDS}
    if before == values:
        assert open_one is not None
        return open_one
    if open_one is not None and open_one.starts_on == from_day:
        EarnRule.objects.filter(pk=open_one.pk).update(**values, recorded_at=now)
        rule = EarnRule.objects.get(pk=open_one.pk)
    else:
        _refuse_overlap(draft.code, from_day)
        if open_one is not None:
            EarnRule.objects.filter(pk=open_one.pk).update(ends_on=from_day - DAY)
        rule = EarnRule.objects.create(code=draft.code, starts_on=from_day, recorded_at=now, **values)
    detail = {"from": _plain(before), "to": _plain(values), "from_day": from_day.isoformat()}
    record_act(actor=actor, action="earn_rule.set", target=f"earn_rule:{draft.code}", detail=detail, at=now)
    _wake()
    return rule


@transaction.atomic
def end_rule(*, code: str, last_day: date, actor: object, now: datetime) -> bool:
    """Nothing earns by this rule after `last_day`; False when it had ended already."""
    rule = EarnRule.objects.select_for_update().filter(code=code, ends_on=None).first()
    if rule is None:
        return False
    EarnRule.objects.filter(pk=rule.pk).update(ends_on=max(last_day, rule.starts_on))
    detail = {"last_day": last_day.isoformat()}
    record_act(actor=actor, action="earn_rule.ended", target=f"earn_rule:{code}", detail=detail, at=now)
    _wake()
    return True


@dataclass(frozen=True)
class Rung:
    """A level as it is to be."""

    code: str
    points_needed: int
    name: str = ""
    name_zh: str = ""
    multiplier: Decimal = Decimal(1)
    benefits: str = ""
    benefits_zh: str = ""


@transaction.atomic
def save_ladder(*, rungs: list[Rung], actor: object, now: datetime) -> bool:
    """Make these the levels; False when they already are. A level that memberships name may go from the ladder:
    they go on giving it. A changed multiplier holds from the local day of `now` on."""
    _check_ladder(rungs)
    list(Level.objects.select_for_update().order_by("pk"))
    wanted = {rung.code: {**vars(rung)} for rung in rungs}
    names = list(Rung.__dataclass_fields__)
    before = {row["code"]: row for row in Level.objects.order_by().values(*names)}
    if before == wanted:
        return False
    keep_multipliers(
        before={code: row["multiplier"] for code, row in before.items()},
        after={rung.code: rung.multiplier for rung in rungs},
        today=now.astimezone(current_tenant().zone).date(),
    )
    Level.objects.all().delete()
    Level.objects.bulk_create(Level(**values) for values in wanted.values())
    detail = {"from": {code: _plain(row) for code, row in before.items()},
              "to": {code: _plain(row) for code, row in wanted.items()}}  # fmt: skip
    record_act(actor=actor, action="levels.set", target="levels", detail=detail, at=now)
    _wake()
    return True


def check_rule(draft: RuleDraft) -> None:
    """Raises DomainError for a rule by which nothing could be earned."""
    if draft.kind not in EarnKind.values:
        raise DomainError("rule_kind_unknown", _("There is no such kind of rule."), mend=_("Choose one."))
    if draft.points < 0:
        raise DomainError("rule_points_negative", _("A rule gives points."), mend=_("Give a number from 0 on."))
    named = bool(draft.event) or draft.behaviour in Behaviour.values
    if draft.kind == EarnKind.EVENT and not named:
        raise DomainError(
            "rule_without_event", _("It is not said which event earns."), mend=_("Name an event or a behaviour.")
        )


def _refuse_overlap(code: str, from_day: date) -> None:
    if EarnRule.objects.filter(code=code, ends_on__gte=from_day).exists():
        raise Conflict(
            "rule_overlaps",
            _("A rule of this name held on that day already."),
            mend=_("Let it begin after the last one ended."),
        )


def _check_ladder(rungs: list[Rung]) -> None:
    codes, needs = {rung.code for rung in rungs}, {rung.points_needed for rung in rungs}
    if "" in codes or len(codes) < len(rungs):
        raise DomainError("levels_alike", _("Two levels have one code."), mend=_("Give each a code of its own."))
    if len(needs) < len(rungs) or min(needs, default=0) < 0:
        raise DomainError(
            "levels_alike",
            _("Two levels need the same number of points."),
            mend=_("Let each need more than the one below."),
        )


def _plain(values: Mapping[str, object] | None) -> dict[str, object] | None:
    """As JSON can hold it."""
    if values is None:
        return None
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}


def _wake() -> None:
    forget_figures()
    from retention.customers.tasks import refresh_all_points

    refresh_all_points.wake()
