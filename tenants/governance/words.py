"""Policies in words: values with their units for reading, and as text for editing."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from retention.common import formats
from tenants.governance.models import PolicyRevision
from tenants.governance.selectors.policies import PolicyNow
from tenants.policies import JSONValue, PolicySpec, groups


@dataclass(frozen=True)
class PolicyGroupNow:
    """A heading and the policies under it."""

    label: Promise | str
    policies: list[PolicyNow]


def by_group(policies: list[PolicyNow]) -> list[PolicyGroupNow]:
    """Policies under their headings, in order of declaration."""
    found: dict[str, list[PolicyNow]] = {}
    for policy in policies:
        found.setdefault(policy.spec.group, []).append(policy)
    return [PolicyGroupNow(_group_label(code), rows) for code, rows in found.items()]


def in_words(spec: PolicySpec, value: JSONValue) -> str:
    """`value` for a person to read."""
    if spec.words is not None:
        return spec.words(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return " · ".join(f"{spec.key_labels.get(name, name)} {number}" for name, number in value.items()) or "–"
    if isinstance(value, int | float):
        return _number_in_words(spec, value)
    if isinstance(value, str) and spec.kind == "choice":
        return str(spec.choice_labels.get(value, value))
    return str(value) if value not in (None, "") else "–"


def changed_in_words(spec: PolicySpec, old: JSONValue, new: JSONValue) -> str:
    """What differs between two values with names, name by name; empty for others."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return ""
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    parts = (f"{spec.key_labels.get(name, name)} {old.get(name, '–')} → {new.get(name, '–')}" for name in names)
    return " · ".join(parts)


def as_text(spec: PolicySpec, value: JSONValue) -> str:
    """`value` as one types it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "\n".join(f"{name} = {number}" for name, number in value.items())
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False, indent=1)
    return "" if value is None else str(value)


def unit(spec: PolicySpec) -> str:
    """What stands behind the field; empty where the kind has no unit."""
    return {
        "share": _("a share: 0.15 or 15 %"),
        "days": _("days"),
        "hours": _("hours"),
        "minutes": _("minutes"),
        "money": _("in the tenant’s currency"),
        "numbers": "" if spec.key_labels else _("one “name = number” on each line"),
    }.get(spec.kind, "")


@dataclass(frozen=True)
class Change:
    """One line of a policy's history, in words."""

    revision: PolicyRevision
    who: str
    old: str
    new: str


def change_in_words(spec: PolicySpec, revision: PolicyRevision) -> Change:
    """Who changed it, from what, to what."""
    new = in_words(spec, revision.new_value) if revision.new_value is not None else _("back to the default")
    return Change(revision, who_changed(revision), in_words(spec, revision.old_value), new)


def who_changed(revision: PolicyRevision) -> str:
    """The person, or what it was that is none."""
    if revision.changed_by is not None:
        return str(revision.changed_by)
    kind, _colon, who = revision.actor.partition(":")
    if kind == "command":
        return _("command line")
    return _("a program’s key") if kind == "key" else who or _("the system")


def _number_in_words(spec: PolicySpec, value: float) -> str:
    shown = f"{value:,.10g}"
    if spec.kind == "share":
        return formats.share(value)
    if spec.kind == "days":
        return ngettext("%(count)s day", "%(count)s days", int(value)) % {"count": shown}
    if spec.kind == "hours":
        return ngettext("%(count)s hour", "%(count)s hours", int(value)) % {"count": shown}
    if spec.kind == "minutes":
        return ngettext("%(count)s minute", "%(count)s minutes", int(value)) % {"count": shown}
    if spec.kind == "money":
        return formats.money(value)
    return shown


def _group_label(code: str) -> Promise | str:
    group = groups.get(code)
    if group is not None:
        return group.label
    return _("General") if code == "general" else code
