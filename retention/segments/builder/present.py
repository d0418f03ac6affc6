"""A draft ready to print: every input with its name, kind, choices and label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from retention.segments.builder.draft import ROOT, DraftClause, DraftGroup, DraftPart
from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields import Field, Label, fields, resolve_choices
from retention.segments.rules.ops import OPS, Op

Kind = Literal["number", "date", "text", "select", "checks"]
GROUP_KINDS: dict[str, Promise] = {
    "all": gettext_lazy("All of these hold"),
    "any": gettext_lazy("At least one of these holds"),
    "none": gettext_lazy("None of these holds"),
    "not_all": gettext_lazy("Not all of these hold"),
}


@dataclass(frozen=True)
class Input:
    """One input of the form. `options` are (value, label, chosen)."""

    name: str
    label: str
    kind: Kind
    value: str = ""
    options: tuple[tuple[str, str, bool], ...] = ()
    suggestions: tuple[str, ...] = ()
    is_step: bool = False
    """True where another choice changes which inputs there are."""


@dataclass(frozen=True)
class ShownPart:
    """A clause or a group as the template prints it."""

    path: str
    is_group: bool
    title: str
    inputs: tuple[Input, ...] = ()
    parts: tuple[ShownPart, ...] = ()
    fields: tuple[tuple[str, tuple[tuple[str, str, bool], ...]], ...] = ()
    field: str = ""
    help: str = ""
    wrong: bool = False

    @property
    def is_root(self) -> bool:
        """True for the outermost group, which can't be removed."""
        return self.path == ROOT


def show_draft(draft: DraftGroup, *, wrong: str = "") -> ShownPart:
    """`draft` as the template prints it; the part at the path `wrong` is marked."""
    return _show(draft, ROOT, wrong)


def _show(part: DraftPart, path: str, wrong: str) -> ShownPart:
    if isinstance(part, DraftClause):
        return _clause(part, path, wrong == path)
    options = tuple((kind, str(label), kind == part.kind) for kind, label in GROUP_KINDS.items())
    kind = Input(f"{path}-kind", _("How these conditions are joined"), "select", part.kind, options)
    below = tuple(_show(one, f"{path}.{n}", wrong) for n, one in enumerate(part.parts))
    count = ngettext("Group of %d condition", "Group of %d conditions", len(below)) % len(below)
    return ShownPart(path, True, count, (kind,), below, wrong=wrong == path)


def _clause(part: DraftClause, path: str, wrong: bool) -> ShownPart:
    known = part.known
    op = OPS[known.type][part.op]
    inputs = [*_params(part, path), _ops(part, path), *_values(part, op, path)]
    return ShownPart(
        path,
        False,
        field_title(known),
        tuple(inputs),
        fields=_field_options(known),
        field=known.code,
        help=str(known.help),
        wrong=wrong,
    )


def field_title(known: Field) -> str:
    """The field's label with an ellipsis for each parameter: "orders in … days"."""
    return str(known.label).format(**{param.code: "…" for param in known.all_params})


def _field_options(chosen: Field) -> tuple[tuple[str, tuple[tuple[str, str, bool], ...]], ...]:
    order = list(FieldGroup)
    known = sorted(fields, key=lambda one: order.index(FieldGroup(one.group)))
    return tuple(
        (str(FieldGroup(group).label), tuple((one.code, field_title(one), one is chosen) for one in members))
        for group, members in groupby(known, key=lambda one: one.group)
    )


def _params(part: DraftClause, path: str) -> Iterable[Input]:
    for param in part.known.all_params:
        value, name = part.params.get(param.code, ""), f"{path}-p-{param.code}"
        if param.kind == "choice":
            yield Input(name, str(param.label), "select", value, _options(resolve_choices(param.choices), [value]))
        elif param.kind == "integer":
            yield Input(name, str(param.label), "number", value)
        else:
            yield Input(name, str(param.label), "text", value, suggestions=tuple(resolve_choices(param.choices)))


def _ops(part: DraftClause, path: str) -> Input:
    options = tuple((op.code, str(op.label), op.code == part.op) for op in OPS[part.known.type].values())
    return Input(f"{path}-op", _("Comparison"), "select", part.op, options, is_step=True)


def _values(part: DraftClause, op: Op, path: str) -> Iterable[Input]:
    kind, name = FieldType(op.operand or part.known.type), f"{path}-v"
    if op.arity == "none":
        return
    if op.arity == "many" and not part.known.is_typed:
        yield Input(name, _("Values"), "checks", "", _options(resolve_choices(part.known.choices), part.values))
        return
    if kind == FieldType.BOOLEAN:
        yield Input(name, _("Value"), "select", "", _options({"true": _("yes"), "false": _("no")}, part.values))
        return
    shown: Kind = "number" if kind == FieldType.NUMBER else "date" if kind == FieldType.DATE else "text"
    labels = [_("From"), _("To")] if op.arity == "two" else [_("Value")]
    if op.arity == "many":
        labels = [_("Values, separated by commas")]
    if part.known.unit and not op.operand:
        labels = [f"{label} ({part.known.unit})" for label in labels]
    for n, label in enumerate(labels):
        yield Input(name, label, shown, part.values[n] if n < len(part.values) else "")


def _options(choices: Mapping[str, Label], chosen: list[str]) -> tuple[tuple[str, str, bool], ...]:
    return tuple((value, str(label), value in chosen) for value, label in choices.items())
