"""A rule in the reader's words: what each condition asks, and what is true of one customer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from retention.segments.enums import FieldType
from retention.segments.fields import resolve_choices
from retention.segments.rules.tree import Clause, Scalar

Shown = Scalar | float | list[str] | None


def field_words(clause: Clause) -> str:
    """The field with its parameters: "orders in 30 days"."""
    shown: dict[str, str] = {}
    for param in clause.field.all_params:
        value = clause.params[param.code]
        choices = resolve_choices(param.choices) if param.kind == "choice" else {}
        shown[param.code] = str(choices.get(str(value), value))
    return str(clause.field.label).format(**shown)


def phrase(clause: Clause) -> str:
    """The whole condition: "orders in 30 days is at least 2"."""
    field = field_words(clause)
    kind = clause.op.operand or clause.field.type
    if clause.op.arity == "many":
        return str(clause.op.phrase).format(
            field=field, v=str(clause.op.joined).join(value_words(clause, v) for v in clause.values)
        )
    words = [_shown(kind, value) for value in clause.values]
    if words and clause.field.unit and clause.op.operand is None:
        words[-1] = f"{words[-1]} {clause.field.unit}"
    return str(clause.op.phrase).format(field=field, **dict(zip("vw", words, strict=False)))


def value_words(clause: Clause, value: Shown) -> str:
    """A value of the clause's field as the reader knows it."""
    if value is None:
        return _("not known")
    if isinstance(value, list):
        return pgettext("list", ", ").join(sorted(value_words(clause, one) for one in value)) or pgettext(
            "list", "nothing"
        )
    if clause.field.type in (FieldType.CHOICE, FieldType.LIST):
        return str(resolve_choices(clause.field.choices).get(str(value), value))
    words = _shown(clause.field.type, value)
    return f"{words} {clause.field.unit}" if clause.field.unit else words


def _shown(kind: str, value: Shown) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, int | float | Decimal):
        return _number(value)
    return str(value)


def _number(value: int | float | Decimal) -> str:
    exact = Decimal(str(value))
    places = max(0, -int(exact.normalize().as_tuple().exponent))
    return number_format(exact, decimal_pos=min(places, 2), use_l10n=True, force_grouping=True)
