"""The draft of a rule that no longer parses: what can be read of it, so that it can be mended and not written anew."""

from __future__ import annotations

from collections.abc import Mapping

from retention.segments.builder.draft import FIRST_FIELD, DraftClause, DraftGroup, DraftPart
from retention.segments.fields import fields
from retention.segments.rules.ops import OPS
from retention.segments.rules.parse import TenantPolicies
from retention.segments.rules.tree import RuleError
from retention.segments.rules.values import PolicyReader, of_policy

_DENIED = {"all": "not_all", "any": "none"}


def draft_of_stored(rule: object) -> DraftGroup:
    """The draft of `rule`. What it can't say, as a field that is gone, is a condition not yet answered."""
    part = _part(rule, TenantPolicies())
    return part if isinstance(part, DraftGroup) else DraftGroup("all", [part])


def _part(rule: object, policy: PolicyReader) -> DraftPart:
    if isinstance(rule, Mapping):
        for kind in ("all", "any"):
            if isinstance(parts := rule.get(kind), list):
                return DraftGroup(kind, [_part(part, policy) for part in parts])
        if "not" in rule:
            inner = _part(rule["not"], policy)
            if isinstance(inner, DraftGroup) and inner.kind in _DENIED:
                return DraftGroup(_DENIED[inner.kind], inner.parts)
            return DraftGroup("none", [inner])
        if isinstance(code := rule.get("field"), str) and code in fields:
            return _clause(code, rule, policy)
    return DraftClause(FIRST_FIELD).settled()


def _clause(code: str, rule: Mapping[str, object], policy: PolicyReader) -> DraftClause:
    field, op, given = fields[code], str(rule.get("op")), rule.get("value", [])
    texts = [text for one in (given if isinstance(given, list) else [given]) if (text := _text(one, policy))]
    if field.is_typed and op in OPS[field.type] and OPS[field.type][op].arity == "many":
        texts = [", ".join(texts)]
    params = rule.get("params")
    said = params.items() if isinstance(params, Mapping) else ()
    return DraftClause(code, op, texts, {str(name): _text(value, policy) for name, value in said}).settled()


def _text(given: object, policy: PolicyReader) -> str:
    try:
        value = of_policy(given, "", policy)
    except RuleError:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
