"""The registry of typed policies: each app declares its own, an admin changes them, code reads them here.

A number from MISSION.md or DEFINITIONS.md is a policy's default, never a literal elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import Literal

from django.utils.functional import Promise

from retention.common.errors import NotFound
from retention.common.registry import Registry

JSONValue = None | bool | int | float | str | list["JSONValue"] | dict[str, "JSONValue"]
Kind = Literal[
    "integer",
    "number",
    "share",
    "days",
    "hours",
    "minutes",
    "money",
    "boolean",
    "text",
    "choice",
    "numbers",
    "records",
]


@dataclass(frozen=True)
class PolicySpec:
    """One policy: what it is called, what it may be, and what it is until an admin says otherwise.

    `share` is a fraction (0.15 = 15 %). `numbers` is a flat map of names to numbers, e.g. health weights.
    `key_labels` are the words for its names; where they are given, each name has a field of its own on the page.
    `total` is what they add up to; the page shows the sum so far.
    `records` is a list of JSON objects; `words` says it for a person, and `page` names the URL where it is edited.
    `check` gets a value of the right type and raises DomainError with a sentence when it can't be.
    """

    name: str
    kind: Kind
    default: JSONValue
    label: Promise | str
    help: Promise | str = ""
    group: str = "general"
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    choice_labels: Mapping[str, Promise | str] = field(default_factory=dict)
    key_labels: Mapping[str, Promise | str] = field(default_factory=dict)
    total: float | None = None
    check: Callable[[JSONValue], None] | None = None
    by_business: Mapping[str, JSONValue] = field(default_factory=dict)
    words: Callable[[JSONValue], str] | None = None
    page: str = ""


@dataclass(frozen=True)
class PolicyGroup:
    """A heading on the page of policies; a group nobody registered shows its code."""

    code: str
    label: Promise | str


policies: Registry[PolicySpec] = Registry("policy", key=lambda spec: spec.name)
groups: Registry[PolicyGroup] = Registry("policy group", key=lambda group: group.code)


def register(*specs: PolicySpec) -> None:
    """Declare `specs`; called from an app's ``ready()``."""
    for spec in specs:
        policies.register(spec)


def find_policy(name: str) -> PolicySpec:
    """The declaration of `name`; raises NotFound that points to the nearest names."""
    spec = policies.get(name)
    if spec is None:
        near = get_close_matches(name, policies.names(), n=3, cutoff=0.4)
        mend = f"Did you mean {' or '.join(near)}?" if near else "List them all to see their names."
        raise NotFound("unknown_policy", f"There is no policy called “{name}”.", mend=mend)
    return spec


def default_value(spec: PolicySpec) -> JSONValue:
    """What holds in the current tenant until somebody sets it: the default of its business."""
    from .context import current_tenant

    return spec.by_business.get(current_tenant().business, spec.default)


def policy_value(name: str, *, at: datetime | None = None) -> JSONValue:
    """The value of `name` for the current tenant, now or as it stood at `at`."""
    return policy_values(at=at)[name]


def policy_number(name: str, *, at: datetime | None = None) -> float:
    """The numeric value of `name`; raises TypeError for a policy that is not a number."""
    value = policy_value(name, at=at)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"policy {name} is not a number")
    return float(value)


def policy_values(*, at: datetime | None = None) -> dict[str, JSONValue]:
    """All policies of the current tenant: what was set, else the default of its business."""
    from tenants.governance.selectors.policies import stored_values

    values = {spec.name: default_value(spec) for spec in policies}
    values.update((name, value) for name, value in stored_values(at=at).items() if name in policies)
    return values
