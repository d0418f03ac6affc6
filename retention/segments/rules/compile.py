"""From a checked tree to one SQL statement over the customers who count.

Each source is joined once for each set of parameters. Every clause is made two-valued by COALESCE: a comparison with
an unknown value is false, so its negation is true. Those that all must hold need no such thing, and without it the
server leaves out whom they exclude before it joins the rest. Values and parameters travel as bound parameters only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from retention.common import clock
from retention.customers.selectors.state_sql import WHO_COUNTS
from retention.segments.enums import FieldType
from retention.segments.fields import Source
from retention.segments.rules.tree import All, Clause, Node, Not, Scalar
from tenants.context import current_tenant

Bound = Scalar | datetime | list[Scalar]
_NAME = re.compile(r"%\((\w+)\)s")
WHO_BY_THEN = f"""{WHO_COUNTS}
    AND NOT EXISTS (
        SELECT 1 FROM (
            SELECT k.customer_id, k.first_seen_on FROM customers_customerstate k
            WHERE k.first_seen_on IS NULL OR k.first_seen_on > %(as_of)s::date OFFSET 0
        ) z
        WHERE z.customer_id = c.id
          AND (c.joined_at >= %(moment)s OR (c.joined_at IS NULL AND z.first_seen_on IS NOT NULL)))"""  # noqa: S608
"""Those who count, but for who came later: by the day of joining, else by the first fact. Who has neither may have
been there always. OFFSET 0 keeps the few who may have come later apart: they are read once, instead of one probe for
each customer where the server takes the rest of a rule to hold few."""
_CASTS = {FieldType.NUMBER: "numeric", FieldType.DATE: "date", FieldType.BOOLEAN: "boolean"}


@dataclass(frozen=True)
class Moment:
    """The day as of which a rule is asked, the instant at which it ends, and the zone of its days."""

    as_of: date
    ends_at: datetime
    zone: str

    @classmethod
    def of(cls, as_of: date) -> Moment:
        """The moment of `as_of` for the tenant in force."""
        zone = current_tenant().timezone
        return cls(as_of, clock.end_of_day(as_of, zone), zone)


@dataclass(frozen=True)
class Compiled:
    """FROM, joins and condition of a rule, with all that they bind. `answers` has each clause's SQL by its place."""

    joins: str
    lateral_joins: str
    """The same joins, each source asked for one customer at a time: quicker for a few."""
    where: str
    params: Mapping[str, Bound]
    answers: Mapping[str, tuple[str, str]]
    """Place → (expression of the field's value, two-valued condition)."""

    def select(self, columns: str = "c.id") -> str:
        """The one statement that returns `columns` of the members."""
        asked = f"{WHO_BY_THEN} AND {self.where}"
        return f"SELECT {columns} FROM customers_customer c{self.joins} WHERE {asked}"  # noqa: S608

    def ask_one(self, columns: str) -> str:
        """The statement that returns `columns` of the customer bound as ``%(customer)s``, member or not."""
        return f"SELECT {columns} FROM customers_customer c{self.lateral_joins} WHERE c.id = %(customer)s"  # noqa: S608

    def positional(self, columns: str = "c.id") -> tuple[str, list[Bound]]:
        """:meth:`select` with its parameters in order: what a queryset takes."""
        sql = self.select(columns)
        names = _NAME.findall(sql)
        return _NAME.sub("%s", sql), [self.params[name] for name in names]


def compile_rule(node: Node, moment: Moment, *, also: Iterable[Clause] = (), few: bool = False) -> Compiled:
    """The SQL of `node` as of `moment`. The clauses of `also` don't narrow it: they join what they ask about, and of
    each member on its own where these are said to be `few`."""
    builder = _Builder({"as_of": moment.as_of, "moment": moment.ends_at, "zone": moment.zone})
    where = builder.needed(node)
    narrowing = len(builder.joins)
    for clause in also:
        builder.clause(clause)
    joins = [one if few and n >= narrowing else everybody for n, (everybody, one) in enumerate(builder.joins)]
    lateral = [one for _everybody, one in builder.joins]
    return Compiled("".join(joins), "".join(lateral), where, builder.params, builder.answers)


@dataclass
class _Builder:
    params: dict[str, Bound]
    joins: list[tuple[str, str]] = field(default_factory=list)
    """Each source joined for everybody, and for one customer at a time."""
    aliases: dict[tuple[object, ...], str] = field(default_factory=dict)
    answers: dict[str, tuple[str, str]] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)

    def needed(self, node: Node) -> str:
        """The condition where only *true* counts: the unknown stays unknown, and is left out before joins."""
        if isinstance(node, All):
            return "(" + " AND ".join(self.needed(part) for part in node.parts) + ")"
        if isinstance(node, Clause):
            self.clause(node)
            return f"({self.asked[node.place]})"
        return self.condition(node)

    def condition(self, node: Node) -> str:
        if isinstance(node, Clause):
            return self.clause(node)
        if isinstance(node, Not):
            return f"(NOT {self.condition(node.part)})"
        word = " AND " if isinstance(node, All) else " OR "
        return "(" + word.join(self.condition(part) for part in node.parts) + ")"

    def clause(self, clause: Clause) -> str:
        value = self.expression(clause)
        words = {"x": f"({value})", **self.operands(clause)}
        self.asked[clause.place] = clause.op.sql.format(**words)
        answer = f"COALESCE({self.asked[clause.place]}, FALSE)"
        self.answers[clause.place] = (value, answer)
        return answer

    def expression(self, clause: Clause) -> str:
        """The field's own SQL with its source's alias in place and its parameters bound."""
        alias = self.join(clause.field.source, clause.params) if clause.field.source else "c"
        wanted = [code for code in clause.params if f"%({code})s" in clause.field.sql]
        names = {code: self.bind(clause.params[code]) for code in wanted}
        return _named(clause.field.sql, names).replace("{s}", alias)

    def join(self, source: Source, given: Mapping[str, int | str]) -> str:
        own = {param.code: given[param.code] for param in source.params}
        key = (source.code, *own.items())
        if key not in self.aliases:
            alias = self.aliases[key] = f"s{len(self.aliases)}"
            also = source.bound() if source.bound else {}
            names = {code: self.bind(value) for code, value in {**own, **also}.items()}
            everybody, one = _named(source.select(), names), _named(source.select_one("c.id"), names)
            self.joins.append(
                (
                    f"\nLEFT JOIN ({everybody}) {alias} ON {alias}.customer_id = c.id",
                    f"\nLEFT JOIN LATERAL ({one}) {alias} ON TRUE",
                )
            )
        return self.aliases[key]

    def operands(self, clause: Clause) -> dict[str, str]:
        cast = "int" if clause.op.operand else _CASTS.get(clause.field.type, "text")
        if clause.op.arity == "many":
            return {"v": f"{self.bind(list(clause.values))}::{cast}[]"}
        return {letter: f"{self.bind(value)}::{cast}" for letter, value in zip("vw", clause.values, strict=False)}

    def bind(self, value: Bound) -> str:
        name = f"p{len(self.params)}"
        self.params[name] = value
        return f"%({name})s"


def _named(template: str, names: Mapping[str, str]) -> str:
    """`template` with its ``%(code)s`` renamed to the bound names; the moment's keep theirs."""
    return template % {"as_of": "%(as_of)s", "moment": "%(moment)s", "zone": "%(zone)s", **names}
