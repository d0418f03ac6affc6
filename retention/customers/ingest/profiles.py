"""What identify and group calls say of customers and accounts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from retention.customers.importers.kinds.customers import CUSTOMERS_KIND
from retention.customers.importers.registry import Column
from retention.customers.importers.values import Bad, Local, parser_for
from retention.customers.ingest.messages import Message
from retention.customers.services.references import accounts_of, create_accounts

_FIELDS = {
    "name": "name",
    "email": "email",
    "phone": "phone",
    "language": "language",
    "locale": "language",
    "timezone": "timezone",
    "birthday": "birthday",
    "createdAt": "created_at",
    "created_at": "created_at",
}
_COLUMNS = {
    "name": "text", "email": "text", "phone": "text", "language": "text", "timezone": "text", "birthday": "date",
    "created_at": "timestamptz",
}  # fmt: skip

Row = dict[str, Any]


def apply_identifies(messages: Iterable[Message], people: dict[str, int], *, local: Local, now: datetime) -> None:
    """Set profile fields from the spec's traits; what can't be read as a field stays among the traits."""
    rows: dict[int, Row] = {}
    for message in messages:
        if message.ref is not None and message.type == "identify" and message.content:
            row = rows.setdefault(people[message.ref], {"traits": {}})
            _fill(row, message.content, local)
    if not rows:
        return
    changes = ", ".join(
        f"{'joined_at' if name == 'created_at' else name} = coalesce(r.{name}, t."
        f"{'joined_at' if name == 'created_at' else name})"
        for name in _COLUMNS
    )
    columns = ", ".join(f"{name} {type_}" for name, type_ in _COLUMNS.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE customers_customer t SET {changes}, traits = t.traits || r.traits, updated_at = %(now)s
            FROM json_to_recordset(%(rows)s::json) AS r(id bigint, {columns}, traits jsonb) WHERE t.id = r.id
            """,
            {"rows": _json([{"id": key, **rows[key]} for key in sorted(rows)]), "now": now},
        )


def _fill(row: Row, traits: dict[str, Any], local: Local) -> None:
    for name, value in traits.items():
        field = _FIELDS.get(name)
        column = None if field is None else CUSTOMERS_KIND.column(field)
        text = None if column is None or not isinstance(value, str | int) else _field(column, str(value), local)
        if text is None or field is None:
            row["traits"][name] = value
        else:
            row[field] = text
    names = [str(traits[part]) for part in ("firstName", "lastName") if traits.get(part)]
    if names and not traits.get("name"):
        row["name"] = " ".join(names)[:200]


def _field(column: Column, text: str, local: Local) -> str | None:
    try:
        return parser_for(column, local)(text)
    except Bad:
        return None


def find_accounts(messages: Iterable[Message], *, now: datetime) -> dict[str, int]:
    """The account of each group id, created when new."""
    refs = sorted({message.group for message in messages if message.group is not None})
    if not refs:
        return {}
    relation = "(SELECT unnest(%(refs)s::text[]) AS ref)"
    params: dict[str, Any] = {"refs": refs, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(create_accounts(relation), params)
        cursor.execute(accounts_of(relation), params)
        return dict(cursor.fetchall())


def apply_groups(
    messages: Iterable[Message], people: dict[str, int], accounts: dict[str, int], *, now: datetime
) -> None:
    """Add traits to accounts, and make who called a contact of the account, unless they have a part in it already."""
    profiles: dict[int, Row] = {}
    contacts: set[tuple[int, int]] = set()
    for message in messages:
        if message.type == "group" and message.group is not None and message.ref is not None:
            account = accounts[message.group]
            row = profiles.setdefault(account, {"traits": {}})
            row["traits"].update(message.content)
            name = row["traits"].pop("name", None)
            if isinstance(name, str) and name:
                row["name"] = name[:200]
            contacts.add((account, people[message.ref]))
    if not profiles:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE customers_account t SET name = coalesce(r.name, t.name), traits = t.traits || r.traits,
                   updated_at = %(now)s
            FROM json_to_recordset(%(rows)s::json) AS r(id bigint, name text, traits jsonb) WHERE t.id = r.id
            """,
            {"rows": _json([{"id": key, **profiles[key]} for key in sorted(profiles)]), "now": now},
        )
        cursor.execute(
            """
            INSERT INTO customers_contact (account_id, customer_id, role, recorded_at)
            SELECT r.account, r.customer, 'user', %(now)s
            FROM json_to_recordset(%(rows)s::json) AS r(account bigint, customer bigint)
            WHERE NOT EXISTS (SELECT FROM customers_contact c WHERE c.account_id = r.account
                              AND c.customer_id = r.customer)
            ON CONFLICT (account_id, customer_id, role) DO NOTHING
            """,
            {"rows": _json([{"account": one, "customer": other} for one, other in sorted(contacts)]), "now": now},
        )


def _json(rows: list[Row]) -> str:
    return msgspec.json.encode(rows).decode()
