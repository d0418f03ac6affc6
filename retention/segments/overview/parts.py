"""What upper floors put on the first page, above the pools.

    parts.register(OverviewPart("alerts", 10, "alerts.view", "alerts/_overview.html", context))

`context(user)` gives what the template reads; None leaves the part out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from retention.common.registry import Registry
from tenants.people.permissions import may


@dataclass(frozen=True)
class OverviewPart:
    """A part of the first page, for those with its permission."""

    code: str
    order: int
    permission: str
    template: str
    context: Callable[[Any], dict[str, Any] | None]


@dataclass(frozen=True)
class ShownPart:
    """A part with what it found; `panel` is what ``render_panel`` takes its template from."""

    panel: OverviewPart
    context: dict[str, Any]


parts: Registry[OverviewPart] = Registry("part of the overview", key=lambda part: part.code)


def register(part: OverviewPart) -> OverviewPart:
    """Put `part` on the first page."""
    return parts.register(part)


def shown_parts(user: object) -> list[ShownPart]:
    """The parts that `user` sees, in order."""
    found = []
    for part in sorted(parts, key=lambda part: (part.order, part.code)):
        if may(user, part.permission) and (context := part.context(user)) is not None:
            found.append(ShownPart(part, context))
    return found
