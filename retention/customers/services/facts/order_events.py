"""An order as its events tell it. Whatever the sequence in which they arrive, the same events give the same order.

An order brought in by a file stands as the file says; refunds and cancellation told by events come on top.
Amounts leave tax and freight out: `revenue`, else `subtotal`, else `total` less both, else the products.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from hashlib import md5
from typing import Any

import msgspec
from django.db import connection

from retention.customers.models.facts import ORDER_EVENTS
from retention.customers.services.facts.orders import create_goods, insert_new_orders, replace_changed_orders

CENT = Decimal("0.01")
HEADS = (
    "json_to_recordset(%(heads)s::json) AS s(order_id text, customer_id bigint, account_id bigint,"
    " ordered_at timestamptz, amount numeric, refunded numeric, status text, coupon text, properties jsonb,"
    " digest bytea, withdrawn boolean)"
)
LINES = (
    "json_to_recordset(%(lines)s::json) AS l(order_id text, ordinal integer, product text, category text,"
    " quantity numeric, price numeric, amount numeric, properties jsonb)"
)
_HEADS, _LINES = f"(SELECT s.* FROM {HEADS})", f"(SELECT l.* FROM {LINES})"

Row = dict[str, Any]


@dataclass(frozen=True)
class OrderEvent:
    """One event of an order."""

    name: str
    customer_id: int | None
    account_id: int | None
    occurred_at: datetime
    content: dict[str, Any]


def apply_order_events(order_ids: Sequence[str], params: dict[str, Any]) -> list[int]:
    """Bring these orders to what their events tell; returns the customers whose orders changed hands or value.

    `params` holds now, zone and source. The orders are locked first: a rival's event is seen by one of the two.
    """
    wanted = sorted(set(order_ids))
    if not wanted:
        return []
    _lock(wanted)
    events, bases = _events(wanted), _bases(wanted)
    heads: list[Row] = []
    lines: list[Row] = []
    for order_id in wanted:
        told = _tell(order_id, events[order_id], bases.get(order_id))
        if told is not None:
            heads.append(told[0])
            lines.extend(told[1])
    if not heads:
        return []
    values = {**params, "heads": _json(heads), "lines": _json(lines)}
    create_goods(_LINES, values)
    insert_new_orders(_HEADS, _LINES, values)
    displaced = replace_changed_orders(_HEADS, _LINES, values, compare=("digest", "refunded", "status"))[1]
    return sorted({*displaced, *(head["customer_id"] for head in heads)})


def _lock(order_ids: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ':order:' || id, 0))"
            " FROM (SELECT unnest(%s::text[]) AS id ORDER BY 1) AS o",
            [order_ids],
        )


def _events(order_ids: list[str]) -> dict[str, list[OrderEvent]]:
    found: dict[str, list[OrderEvent]] = defaultdict(list)
    names = ", ".join(f"'{name}'" for name in ORDER_EVENTS)  # literally, so that the partial index serves it
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT properties ->> 'order_id', name, customer_id, account_id, occurred_at, properties::text"
            f" FROM customers_event WHERE name IN ({names}) AND (properties ->> 'order_id') = ANY(%s)"
            " AND superseded_at IS NULL AND NOT withdrawn ORDER BY occurred_at, id",
            [order_ids],
        )
        for order_id, name, customer, account, at, content in cursor.fetchall():
            found[order_id].append(OrderEvent(name, customer, account, at, msgspec.json.decode(content)))
    return found


def _bases(order_ids: list[str]) -> dict[str, tuple[Row, list[Row]]]:
    """The newest version that a file brought in, with its lines."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT ON (o.external_id) o.external_id, o.id, f.customer_id, f.account_id, o.ordered_at,
                   o.amount, o.refunded, o.status, o.coupon, o.properties::text, o.digest, f.withdrawn
            FROM customers_order o
            JOIN customers_order f ON f.external_id = o.external_id AND f.superseded_at IS NULL
            WHERE o.external_id = ANY(%s) AND o.source LIKE 'import:%%'
            ORDER BY o.external_id, o.version DESC
            """,
            [order_ids],
        )
        heads = {
            row[0]: (
                row[1],
                {
                    "order_id": row[0],
                    "customer_id": row[2],
                    "account_id": row[3],
                    "ordered_at": row[4],
                    "amount": row[5],
                    "refunded": row[6],
                    "status": row[7],
                    "coupon": row[8],
                    "properties": msgspec.json.decode(row[9]),
                    "digest": bytes(row[10]),
                    "withdrawn": row[11],
                },
            )
            for row in cursor.fetchall()
        }
        cursor.execute(
            "SELECT l.order_id, l.ordinal, p.code, k.code, l.quantity, l.price, l.amount, l.properties::text"
            " FROM customers_orderline l LEFT JOIN customers_product p ON p.id = l.product_id"
            " LEFT JOIN customers_category k ON k.id = l.category_id WHERE l.order_id = ANY(%s) ORDER BY l.id",
            [[key for key, _head in heads.values()]],
        )
        by_order: dict[int, list[Row]] = defaultdict(list)
        for row in cursor.fetchall():
            names = ("ordinal", "product", "category", "quantity", "price", "amount")
            line: Row = dict(zip(names, row[1:7], strict=True))
            by_order[row[0]].append({**line, "properties": msgspec.json.decode(row[7])})
    return {
        order_id: (head, [{"order_id": order_id, **line} for line in by_order[key]])
        for order_id, (key, head) in heads.items()
    }


def _tell(order_id: str, events: list[OrderEvent], base: tuple[Row, list[Row]] | None) -> tuple[Row, list[Row]] | None:
    if base is None:
        base = _completed(order_id, events)
    if base is None:
        return None
    head, lines = base
    refund = sum((_refund(event, head["amount"]) for event in events if event.name == "Order Refunded"), Decimal())
    refunded = head["refunded"] + refund
    if head["amount"] > 0:
        refunded = min(refunded, head["amount"])
    cancelled = any(event.name == "Order Cancelled" for event in events)
    told = {**head, "refunded": refunded, "status": "cancelled" if cancelled else head["status"]}
    told["digest"] = "\\x" + told["digest"].hex()
    return told, lines


def _completed(order_id: str, events: list[OrderEvent]) -> tuple[Row, list[Row]] | None:
    """What the latest of Order Completed and Order Updated says, made when the first was completed."""
    told = [event for event in events if event.name in ("Order Completed", "Order Updated")]
    completed = [event for event in told if event.name == "Order Completed"]
    if not completed or told[-1].customer_id is None:
        return None
    last = told[-1]
    products = [product for product in _list(last.content.get("products")) if isinstance(product, dict)]
    amount = _amount(last.content, products)
    lines = _lines(order_id, products, amount)
    head: Row = {
        "order_id": order_id,
        "customer_id": last.customer_id,
        "account_id": last.account_id,
        "ordered_at": completed[0].occurred_at,
        "amount": amount,
        "refunded": Decimal(),
        "status": "paid",
        "coupon": str(last.content.get("coupon") or "")[:200],
        "properties": {key: value for key, value in last.content.items() if key != "products"},
        "digest": md5(
            msgspec.json.encode(
                [last.customer_id, last.account_id, completed[0].occurred_at, last.content], order="sorted"
            ),
            usedforsecurity=False,
        ).digest(),
        "withdrawn": False,
    }
    return head, lines


def _amount(content: dict[str, Any], products: list[Row]) -> Decimal:
    for name in ("revenue", "subtotal"):
        if (found := _decimal(content.get(name))) is not None:
            return found
    if (total := _decimal(content.get("total"))) is not None:
        return total - (_decimal(content.get("tax")) or Decimal()) - (_decimal(content.get("shipping")) or Decimal())
    listed = sum((_product_amount(product) for product in products), Decimal())
    return listed if products else _decimal(content.get("value")) or Decimal()


def _lines(order_id: str, products: list[Row], amount: Decimal) -> list[Row]:
    """The products; a discount on the whole is shared out by their amounts, so that the lines add up to the order."""
    if not products:
        return [{"order_id": order_id, "ordinal": 1, "amount": amount, "quantity": 1, "properties": {}}]
    listed = [_product_amount(product) for product in products]
    whole = sum(listed, Decimal())
    shares = [
        (part * amount / whole if whole else amount / len(listed)).quantize(CENT, ROUND_HALF_UP) for part in listed
    ]
    shares[-1] += amount - sum(shares, Decimal())
    return [
        {
            "order_id": order_id,
            "ordinal": ordinal,
            "product": _text(product.get("product_id") or product.get("sku")),
            "category": _text(product.get("category")),
            "quantity": _decimal(product.get("quantity"), places=3) or 1,
            "price": _decimal(product.get("price"), places=4),
            "amount": share,
            "properties": {},
        }
        for ordinal, (product, share) in enumerate(zip(products, shares, strict=True), start=1)
    ]


def _refund(event: OrderEvent, whole: Decimal) -> Decimal:
    """What one refund gave back: its own amount, else its products, else all."""
    for name in ("total", "revenue", "value"):
        if (found := _decimal(event.content.get(name))) is not None:
            return abs(found)
    products = [product for product in _list(event.content.get("products")) if isinstance(product, dict)]
    listed = abs(sum((_product_amount(product) for product in products), Decimal()))
    return listed if listed else max(whole, Decimal())


def _product_amount(product: Row) -> Decimal:
    price = _decimal(product.get("price"), places=4) or Decimal()
    quantity = _decimal(product.get("quantity"), places=3)
    return (price * (1 if quantity is None else quantity)).quantize(CENT, ROUND_HALF_UP)


def _decimal(value: Any, *, places: int = 2) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value).strip())
        return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) if abs(number) < 10**10 else None
    except InvalidOperation:
        return None


def _text(value: Any) -> str | None:
    text = str(value).strip()[:200] if isinstance(value, str | int) else ""
    return text or None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _json(rows: list[Row]) -> str:
    return msgspec.json.encode(rows).decode()
