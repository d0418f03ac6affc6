"""Reads of policies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db.models import QuerySet

from tenants.governance.models import Policy, PolicyRevision
from tenants.policies import JSONValue, PolicySpec, default_value, find_policy, policies


def stored_values(*, at: datetime | None = None) -> dict[str, JSONValue]:
    """What was set, by name: now, or as it stood at `at`."""
    if at is None:
        return cast("dict[str, JSONValue]", dict(Policy.objects.values_list("name", "value")))
    revisions = PolicyRevision.objects.filter(changed_at__lte=at).order_by("changed_at", "id")
    values = cast("dict[str, JSONValue]", dict(revisions.values_list("name", "new_value")))
    return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True)
class PolicyNow:
    """One policy as it stands: its declaration, its value, and whether somebody set it."""

    spec: PolicySpec
    value: JSONValue
    default: JSONValue
    is_set: bool

    def as_json(self) -> dict[str, JSONValue]:
        """For the command line and the API."""
        return {
            "name": self.spec.name,
            "value": self.value,
            "default": self.default,
            "set": self.is_set,
            "kind": self.spec.kind,
            "group": self.spec.group,
            "label": str(self.spec.label),
            "help": str(self.spec.help),
            "minimum": self.spec.minimum,
            "maximum": self.spec.maximum,
            "choices": list(self.spec.choices),
        }


def policies_now(*, at: datetime | None = None) -> list[PolicyNow]:
    """All policies of the current tenant in order of declaration, now or as they stood at `at`."""
    stored = stored_values(at=at)
    return [_now(spec, stored) for spec in policies]


def policy_now(name: str, *, at: datetime | None = None) -> PolicyNow:
    """One policy as it stands; raises NotFound."""
    return _now(find_policy(name), stored_values(at=at))


def history(name: str) -> QuerySet[PolicyRevision]:
    """Every change of one policy, newest first."""
    return PolicyRevision.objects.filter(name=name).select_related("changed_by").order_by("-changed_at", "-id")


def last_changes(names: Iterable[str], *, after: datetime, until: datetime) -> dict[str, PolicyRevision]:
    """The latest change of each policy in that time, of those that changed."""
    rows = PolicyRevision.objects.filter(name__in=list(names), changed_at__gt=after, changed_at__lte=until)
    return {row.name: row for row in rows.select_related("changed_by").order_by("changed_at", "id")}


def _now(spec: PolicySpec, stored: dict[str, JSONValue]) -> PolicyNow:
    default = default_value(spec)
    return PolicyNow(spec, stored.get(spec.name, default), default, spec.name in stored)
