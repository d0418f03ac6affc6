"""From JSON to a checked tree. Everything is refused that is not clearly meant, with its place and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from retention.segments.fields import fields
from retention.segments.rules import values
from retention.segments.rules.ops import OPS, Op
from retention.segments.rules.tree import All, AnyOf, Clause, Node, Not, RuleError, Scalar
from tenants.policies import JSONValue, policy_values

MAX_DEPTH = 8
MAX_CLAUSES = 60
CLAUSE_KEYS = {"field", "op", "value", "params"}
PolicyReader = Callable[[str], JSONValue]


class TenantPolicies:
    """The policies of the tenant in force, read once and only when a rule asks for one."""

    def __init__(self) -> None:
        self._values: dict[str, JSONValue] | None = None

    def __call__(self, name: str) -> JSONValue:
        if self._values is None:
            self._values = policy_values()
        return self._values[name]


def parse_rule(rule: object, *, policy: PolicyReader | None = None) -> Node:
    """The checked tree of `rule`; raises RuleError.

    A rule is ``{"all": [rule, …]}``, ``{"any": [rule, …]}``, ``{"not": rule}`` or
    ``{"field": code, "op": code, "value": …, "params": {…}}``. A value may be ``{"policy": name}`` or
    ``{"policy": name, "key": name}``: what the tenant's policy says, by default of the tenant in force. An empty rule
    or group is an error, never "everybody".
    """
    if rule is None or rule in ({}, []):
        raise RuleError(
            _("The rule is empty."), mend=_("Add at least one condition; an empty rule does not mean everybody.")
        )
    left = [MAX_CLAUSES]
    return _node(rule, "", 1, left, policy or TenantPolicies())


def _node(rule: object, place: str, depth: int, left: list[int], policy: PolicyReader) -> Node:
    if not isinstance(rule, Mapping):
        raise RuleError(_("A rule is an object."), place=place, mend=_("Write all, any, not or a field."))
    if depth > MAX_DEPTH:
        raise RuleError(_("The rule is nested too deep."), place=place, mend=_("Use at most %d levels.") % MAX_DEPTH)
    keys = set(rule)
    if keys in ({"all"}, {"any"}):
        return _group(rule, keys.pop(), place, depth, left, policy)
    if keys == {"not"}:
        return Not(_node(rule["not"], _join(place, "not"), depth + 1, left, policy))
    if "field" in keys:
        left[0] -= 1
        if left[0] < 0:
            raise RuleError(
                _("The rule has too many conditions."), place=place, mend=_("Use at most %d.") % MAX_CLAUSES
            )
        return _clause(rule, place, policy)
    raise RuleError(
        _("This part is none of all, any, not and field."),
        place=place,
        mend=_("Each part holds exactly one of them."),
    )


def _group(
    rule: Mapping[str, object], key: str, place: str, depth: int, left: list[int], policy: PolicyReader
) -> Node:
    here = _join(place, key)
    parts = rule[key]
    if not isinstance(parts, list) or not parts:
        raise RuleError(
            _("“%s” is empty.") % key, place=here, mend=_("Add at least one condition or remove the group.")
        )
    nodes = tuple(_node(part, f"{here}[{n}]", depth + 1, left, policy) for n, part in enumerate(parts))
    return All(nodes) if key == "all" else AnyOf(nodes)


def _clause(rule: Mapping[str, object], place: str, policy: PolicyReader) -> Clause:
    code = rule["field"]
    field = fields.get(code) if isinstance(code, str) else None
    if field is None:
        raise RuleError(
            _("There is no field “%s”.") % code, place=_join(place, "field"), mend=_("Choose a field from the list.")
        )
    if unknown := set(rule) - CLAUSE_KEYS:
        raise RuleError(
            _("A condition has no part “%s”.") % sorted(unknown)[0], place=place, mend=_("Remove it or mend its name.")
        )
    code = rule.get("op")
    op = OPS[field.type].get(code) if isinstance(code, str) else None
    if op is None:
        raise RuleError(
            _("“%(field)s” can't be asked “%(op)s”.") % {"field": field.code, "op": code},
            place=_join(place, "op"),
            mend=_("Use one of: %s.") % ", ".join(OPS[field.type]),
        )
    params = values.read_params(field, rule.get("params", {}), place=_join(place, "params"), policy=policy)
    return Clause(field, op, _values(rule, field.code, op, place, policy), params, place)


def _values(rule: Mapping[str, object], code: str, op: Op, place: str, policy: PolicyReader) -> tuple[Scalar, ...]:
    here = _join(place, "value")
    field = fields[code]
    if op.arity == "none":
        if "value" in rule:
            raise RuleError(_("“%s” takes no value.") % op.code, place=here, mend=_("Remove the value."))
        return ()
    if "value" not in rule:
        raise RuleError(_("The value is missing."), place=here, mend=_("Say what to compare with."))
    given = rule["value"]
    if op.arity == "one":
        return (values.read_value(field, op, given, place=here, policy=policy),)
    if not isinstance(given, list):
        raise RuleError(_("“%s” takes a list of values.") % op.code, place=here, mend=_("Write them as a list."))
    if op.arity == "two" and len(given) != 2:
        raise RuleError(_("“%s” needs two values.") % op.label, place=here, mend=_("Write both."))
    if not given:
        raise RuleError(_("“%s” needs at least one value.") % op.label, place=here, mend=_("Choose or write one."))
    if len(given) > values.MAX_LIST:
        raise RuleError(_("The list is too long."), place=here, mend=_("Use at most %d values.") % values.MAX_LIST)
    return tuple(values.read_value(field, op, one, place=f"{here}[{n}]", policy=policy) for n, one in enumerate(given))


def _join(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
