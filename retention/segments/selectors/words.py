"""A rule as a tree of sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from retention.segments.rules.tree import All, Clause, Node, Not
from retention.segments.rules.words import phrase


@dataclass(frozen=True)
class Words:
    """One part of a rule in the reader's words; a group has parts, a clause has a sentence."""

    kind: Literal["all", "any", "not", "clause"]
    text: str = ""
    parts: tuple[Words, ...] = ()


def rule_words(node: Node) -> Words:
    """`node` in the language in force."""
    if isinstance(node, Clause):
        return Words("clause", phrase(node))
    if isinstance(node, Not):
        return Words("not", parts=(rule_words(node.part),))
    kind: Literal["all", "any"] = "all" if isinstance(node, All) else "any"
    return Words(kind, parts=tuple(rule_words(part) for part in node.parts))
