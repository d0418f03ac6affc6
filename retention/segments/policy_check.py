"""Refuse numbers with which a ready segment's rule could not be asked: half a day, a window of no day, 150 %."""

from __future__ import annotations

import re
from collections.abc import Mapping

from retention.common.errors import DomainError
from retention.segments.ready import READY
from retention.segments.rules.parse import parse_rule
from retention.segments.rules.tree import RuleError
from tenants.policies import JSONValue, find_policy

_RULES = {ready.code: ready.rule for ready in READY}


def check_ready(segment: str, value: JSONValue) -> None:
    """Raises DomainError where the rule of the ready `segment` can't use `value`, its policy's new one."""
    name, rule = f"segments.{segment}", _RULES[segment]
    try:
        parse_rule(rule, policy=lambda asked: value if asked == name else find_policy(asked).default)
    except RuleError as error:
        key = _key_at(rule, error.place)
        raise DomainError("policy_invalid", f"{name}.{key}: {error.message}", mend=error.mend) from None


def _key_at(rule: JSONValue, place: str) -> str:
    """The policy's key that stands at `place` in the rule."""
    here = rule
    for step in re.findall(r"\w+", place):
        if isinstance(here, list):
            here = here[int(step)]
        elif isinstance(here, Mapping):
            here = here[step]
    return str(here["key"]) if isinstance(here, Mapping) else ""
