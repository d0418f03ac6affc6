"""What a rule may ask: a field is a typed SQL expression over a source that is joined to the customers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from retention.common.registry import Registry
from retention.segments.enums import FieldGroup, FieldType

Label = Promise | str
SHARE_HELP = _("Shares and chances are written from 0 to 1: 0.7 is 70%.")
Choices = Mapping[str, Label] | Callable[[], Mapping[str, Label]]


@dataclass(frozen=True)
class Param:
    """Something a field needs to know, as the days of a window or the name of an event. Always bound, never pasted."""

    code: str
    label: Label
    kind: Literal["integer", "text", "choice"]
    default: int | str | None = None
    minimum: int = 0
    maximum: int = 3660
    choices: Choices = field(default_factory=dict)
    """Of a choice: the values allowed. Of a text: suggestions."""


@dataclass(frozen=True)
class Source:
    """A SELECT with at most one row for each `customer_id`, joined once for each set of parameters.

    `sql` may use ``%(as_of)s`` (date), ``%(moment)s`` (the instant at which that day ends), ``%(zone)s`` and one
    ``%(code)s`` for each of `params`. It may hold no other percent sign. Where floors above add to it, it is worked
    out when it is asked.
    """

    code: str
    sql: str | Callable[[], str]
    params: tuple[Param, ...] = ()
    bound: Callable[[], Mapping[str, str]] | None = None
    """What else `sql` names and no rule says, as a tenant's salt: worked out when asked, bound like a parameter."""
    of_one: Callable[[str], str] | None = None
    """The SELECT for the one customer whose key is the SQL given. For a `sql` that can't be narrowed from outside, as
    one that begins with WITH, or that the server would rather work out for everybody."""

    def select(self) -> str:
        """The SELECT."""
        return self.sql if isinstance(self.sql, str) else self.sql()

    def select_one(self, key: str) -> str:
        """The SELECT for the one customer whose key is the SQL given."""
        return self.of_one(key) if self.of_one else f"SELECT * FROM ({self.select()}) x WHERE x.customer_id = {key}"  # noqa: S608


@dataclass(frozen=True)
class Field:
    """One thing a rule may ask about a customer.

    `sql` is an expression in which ``{s}`` is the source's alias and ``c`` the customer; without a source it reads
    the customer alone. `params` are those of the expression itself; the source's come on top. `label` is shown in
    rules and may name parameters: "orders in {days} days". NULL means *unknown*: no comparison is true of it. A LIST
    is an array of texts; a customer who has nothing has an empty one.
    """

    code: str
    label: Label
    type: FieldType
    sql: str
    group: FieldGroup
    source: Source | None = None
    params: tuple[Param, ...] = ()
    choices: Choices = field(default_factory=dict)
    unit: Label = ""
    help: Label = ""

    @property
    def all_params(self) -> tuple[Param, ...]:
        """The parameters of the source and of the expression."""
        return (*(self.source.params if self.source else ()), *self.params)

    @property
    def is_share(self) -> bool:
        """A share or chance: its values lie between 0 and 1."""
        return self.help is SHARE_HELP

    @property
    def is_typed(self) -> bool:
        """Its values are written, several of them with commas between; others are chosen from `choices`."""
        return self.type == FieldType.TEXT or (self.type == FieldType.LIST and not self.choices)


fields: Registry[Field] = Registry("segment field", key=lambda f: f.code)


def register(*new: Field) -> None:
    """Let rules ask about `new`; called from an app's ``ready()``."""
    for one in new:
        fields.register(one)


def resolve_choices(choices: Choices) -> Mapping[str, Label]:
    """The choices themselves; those that depend on the tenant's data are read now."""
    return choices() if callable(choices) else choices
