"""The taxonomy as a person chooses from it: a digit for the kind, a letter for the leaf."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_lowercase

from feedback.models import Topic


@dataclass(frozen=True)
class Kind:
    """A kind with the key that opens it, and its leaves with theirs."""

    key: str
    topic: Topic
    leaves: list[tuple[str, Topic]]


def topic_kinds() -> list[Kind]:
    """The kinds in their order."""
    topics = list(Topic.objects.filter(retired_at=None))
    leaves: dict[int, list[Topic]] = {}
    for topic in topics:
        if topic.parent_id is not None:
            leaves.setdefault(topic.parent_id, []).append(topic)
    kinds = [topic for topic in topics if topic.parent_id is None]
    return [
        Kind(str(number), kind, list(zip(ascii_lowercase, leaves.get(kind.pk, []), strict=False)))
        for number, kind in enumerate(kinds, 1)
    ]
