"""What would stop working without a segment: whoever builds on segments says so here.

    uses.register(Use("campaigns", "campaigns.view", told, find))

A segment is archived only while nothing that lives uses it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from retention.common.registry import Registry
from retention.segments.models import Segment
from tenants.people.permissions import may


@dataclass(frozen=True)
class Used:
    """One thing that asks who is in a segment: its name in the reader's language, and its page."""

    title: str
    url: str


@dataclass(frozen=True)
class Use:
    """A kind of thing that uses segments: `find` gives those that live, in order, and `told` their number in words.

    Names are for those with `permission`, the number is for everybody.
    """

    code: str
    permission: str
    told: Callable[[int], str]
    find: Callable[[Segment], list[Used]]


@dataclass(frozen=True)
class ShownUse:
    """The number of things of one kind, in words, and their names where the reader may see them."""

    told: str
    named: list[Used]

    def __str__(self) -> str:
        if not self.named:
            return self.told
        return f"{self.told} ({', '.join(f'“{one.title}”' for one in self.named)})"


uses: Registry[Use] = Registry("use of segments", key=lambda use: use.code)


def register(use: Use) -> Use:
    """Let `use` keep segments from being archived."""
    return uses.register(use)


def uses_of(segment: Segment, reader: object) -> list[ShownUse]:
    """What uses `segment`, in order of registration; empty when nothing does."""
    found = [(use, use.find(segment)) for use in uses]
    return [ShownUse(use.told(len(used)), used if may(reader, use.permission) else []) for use, used in found if used]
