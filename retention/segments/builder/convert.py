"""Between a draft and a rule: texts become numbers, dates stay texts, and each place in the rule knows its path."""

from __future__ import annotations

import re
from dataclasses import dataclass

from retention.segments.builder.draft import ROOT, DraftClause, DraftGroup, DraftPart
from retention.segments.enums import FieldType
from retention.segments.fields import Field
from retention.segments.rules.ops import OPS, Op
from retention.segments.rules.tree import All, AnyOf, Clause, Node, Not, Scalar
from tenants.policies import JSONValue

_LISTED = re.compile(r"[,，、;\n]")
_WHOLE = re.compile(r"[+-]?\d{1,15}")
Rule = dict[str, JSONValue]


@dataclass(frozen=True)
class Written:
    """A rule with, for each place of a part in it, the path of that part in the form."""

    rule: Rule
    paths: dict[str, str]

    def path_of(self, place: str) -> str:
        """The path of the innermost part that `place` lies in."""
        inside = [known for known in self.paths if place == known or place.startswith((f"{known}.", f"{known}["))]
        return self.paths[max(inside, key=len)] if inside else ROOT


def rule_of(draft: DraftGroup) -> Written:
    """The rule that `draft` says, unchecked: what is missing in it, the parser will say."""
    paths: dict[str, str] = {}
    return Written(_write(draft, ROOT, "", paths), paths)


def _write(part: DraftPart, path: str, place: str, paths: dict[str, str]) -> Rule:
    paths[place] = path
    if isinstance(part, DraftClause):
        return _clause(part)
    denied = part.kind in ("none", "not_all")
    word = "any" if part.kind in ("any", "none") else "all"
    here = ".".join(step for step in (place, "not" if denied else "", word) if step)
    parts: list[JSONValue] = [
        _write(below, f"{path}.{n}", f"{here}[{n}]", paths) for n, below in enumerate(part.parts)
    ]
    inner: Rule = {word: parts}
    return {"not": inner} if denied else inner


def _clause(part: DraftClause) -> Rule:
    known = part.known
    op = OPS[known.type][part.op]
    rule: Rule = {"field": known.code, "op": op.code}
    values = _values(part, op, known)
    if op.arity in ("two", "many"):
        rule["value"] = list(values)
    elif op.arity == "one" and values:
        rule["value"] = values[0]
    if known.all_params:
        kinds = {param.code: param.kind for param in known.all_params}
        params = {code: _param(text.strip(), kinds[code]) for code, text in part.params.items() if text.strip()}
        rule["params"] = params
    return rule


def _values(part: DraftClause, op: Op, known: Field) -> list[JSONValue]:
    texts = part.values
    if op.arity == "many" and known.is_typed:
        texts = [piece for text in texts for piece in _LISTED.split(text)]
    kind = FieldType(op.operand or known.type)
    return [_value(text.strip(), kind) for text in texts if text.strip()]


def _value(text: str, kind: FieldType) -> JSONValue:
    if kind == FieldType.NUMBER:
        return _number(text)
    if kind == FieldType.BOOLEAN:
        return {"true": True, "false": False}.get(text, text)
    return text


def _param(text: str, kind: str) -> JSONValue:
    return _number(text) if kind == "integer" else text


def _number(text: str) -> JSONValue:
    """The number that `text` is, else the text itself: the parser names what is wrong with it."""
    if _WHOLE.fullmatch(text):
        return int(text)
    try:
        return float(text)
    except ValueError:
        return text


def draft_of(node: Node) -> DraftGroup:
    """The draft of a checked rule; its policies appear as the numbers that they are now."""
    part = _unwrite(node)
    return part if isinstance(part, DraftGroup) else DraftGroup("all", [part])


def _unwrite(node: Node) -> DraftPart:
    if isinstance(node, Clause):
        params = {code: str(value) for code, value in node.params.items()}
        return DraftClause(node.field.code, node.op.code, _texts(node), params)
    if isinstance(node, Not):
        return _denied(node.part)
    kind = "all" if isinstance(node, All) else "any"
    return DraftGroup(kind, [_unwrite(part) for part in node.parts])


def _denied(node: Node) -> DraftGroup:
    if isinstance(node, All | AnyOf):
        kind = "not_all" if isinstance(node, All) else "none"
        return DraftGroup(kind, [_unwrite(part) for part in node.parts])
    return DraftGroup("none", [_unwrite(node)])


def _texts(clause: Clause) -> list[str]:
    texts = [_text(value) for value in clause.values]
    joined = clause.op.arity == "many" and clause.field.is_typed
    return [", ".join(texts)] if joined else texts


def _text(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
