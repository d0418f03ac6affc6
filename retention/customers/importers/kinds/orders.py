"""Orders: the rows with one order id are its lines."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from retention.customers.enums import OrderStatus
from retention.customers.importers.registry import Column, ColumnType, Importer, Outcome, register
from retention.customers.importers.stage import ACCOUNTS, CUSTOMERS, HEADS, MANY, ROWS, Stage
from retention.customers.models.facts import ORDER_EVENTS
from retention.customers.services.facts.order_events import apply_order_events
from retention.customers.services.facts.orders import create_goods, insert_new_orders, replace_changed_orders

_AMOUNT = "round(coalesce(s.amount, s.price * coalesce(s.quantity, 1)), 2)"
_HAVING_MANY = "count(*) > 1"
_OF_MANY = f"EXISTS (SELECT FROM {MANY} m WHERE m.order_id = s.order_id)"
_LINES = f"""(
    SELECT s.order_id, 1 AS ordinal, s.product, s.category, s.quantity, s.price, {_AMOUNT} AS amount,
           '{{}}'::jsonb AS properties
    FROM {ROWS} s WHERE NOT {_OF_MANY}
    UNION ALL
    SELECT s.order_id, row_number() OVER (PARTITION BY s.order_id ORDER BY s.line), s.product, s.category,
           s.quantity, s.price, {_AMOUNT},
           CASE WHEN h.properties = s.extra THEN '{{}}'::jsonb ELSE s.extra END
    FROM {ROWS} s JOIN {HEADS} h ON h.order_id = s.order_id
    WHERE {_OF_MANY} AND (s.deleted IS NOT TRUE OR h.withdrawn)
)"""
_GOODS = f"""(
    SELECT s.product, s.category FROM {ROWS} s
    WHERE s.deleted IS NOT TRUE OR s.order_id IN (SELECT h.order_id FROM {HEADS} h WHERE h.withdrawn)
)"""


def apply_orders(stage: Stage) -> Outcome:
    """New orders are inserted; one that comes again with other rows gets a newer version, the old one stays."""
    stage.derive_ids()
    stage.refuse_unknown_withdrawals(
        "customers_order", "external_id", incomplete="s.customer IS NULL OR s.ordered_at IS NULL"
    )
    _find_orders_of_many(stage)
    _refuse_torn_orders(stage)
    stage.resolve_customers()
    stage.resolve_accounts()
    _make_heads(stage)
    total = stage.number(f"SELECT count(*) FROM {ROWS}")
    kept = _count_kept(stage)
    if kept:
        create_goods(_GOODS, stage.params)
        new = insert_new_orders(HEADS, _LINES, stage.params)
        displaced: list[int] = []
        if new < stage.number(f"SELECT count(*) FROM {HEADS}"):
            displaced = replace_changed_orders(HEADS, _LINES, stage.params)[1]
        displaced += apply_order_events(_told_by_events(stage), {**stage.params, "source": "events"})
        stage.touch(displaced)
        stage.refresh_touched()
    else:
        stage.refresh_created()
    return Outcome(kept, total - kept)


def _told_by_events(stage: Stage) -> list[str]:
    """Orders of the file that events refunded or cancelled: that comes on top of what the file says."""
    names = ", ".join(f"'{name}'" for name in ORDER_EVENTS)
    found = stage.rows(
        f"SELECT h.order_id FROM {HEADS} h WHERE EXISTS (SELECT FROM customers_event e WHERE e.name IN ({names})"
        " AND (e.properties ->> 'order_id') = h.order_id)"
    )
    return [row[0] for row in found]


def _find_orders_of_many(stage: Stage) -> None:
    """Most files have one row for most orders; only where several make one are they sorted and summed."""
    stage.execute(
        f"CREATE TEMPORARY TABLE {MANY} AS SELECT order_id FROM {ROWS} GROUP BY order_id HAVING {_HAVING_MANY}"
    )
    stage.execute(f"ANALYZE {MANY}")


def _refuse_torn_orders(stage: Stage) -> None:
    """An order is the sum of its rows: when its rows disagree, or one was refused, none of them is taken."""
    stage.refuse(
        f"s.order_id IN (SELECT order_id FROM {ROWS} JOIN {MANY} USING (order_id) WHERE customer IS NOT NULL"
        " GROUP BY order_id HAVING min(customer) <> max(customer))",
        column="customer",
        value="s.customer",
        reason=gettext("The rows of this order name different customers."),
        mend=gettext("Give the order one customer, or the rows an order id each."),
    )
    stage.refuse_siblings()


def _make_heads(stage: Stage) -> None:
    """One row per order. Rows taken back leave an order; when all of its rows are, the order itself is withdrawn."""
    live, rows = "true", f"(SELECT s.* FROM {ROWS} s WHERE {_OF_MANY})"
    if "deleted" in stage.filled:
        live = "s.live"
        rows = f"""(SELECT s.*, s.deleted IS NOT TRUE OR bool_and(s.deleted IS TRUE) OVER w AS live
                    FROM {ROWS} s WHERE {_OF_MANY} WINDOW w AS (PARTITION BY s.order_id))"""
    stage.execute(
        f"""
        CREATE TEMPORARY TABLE {HEADS} AS
        SELECT s.order_id, c.customer_id, a.account_id, s.ordered_at, {_AMOUNT} AS amount,
               coalesce(s.refunded, 0) AS refunded, coalesce(s.status, 'paid') AS status,
               coalesce(s.coupon, '') AS coupon, s.extra AS properties, s.digest, s.deleted IS TRUE AS withdrawn,
               1 AS n
        FROM {ROWS} s
        LEFT JOIN {CUSTOMERS} c ON c.ref = s.customer LEFT JOIN {ACCOUNTS} a ON a.ref = s.account
        WHERE NOT {_OF_MANY}
        UNION ALL
        SELECT s.order_id, min(c.customer_id) AS customer_id, min(a.account_id) AS account_id,
               min(s.ordered_at) FILTER (WHERE {live}) AS ordered_at, sum({_AMOUNT}) FILTER (WHERE {live}) AS amount,
               coalesce(sum(s.refunded) FILTER (WHERE {live}), 0) AS refunded,
               coalesce((array_agg(s.status ORDER BY s.line DESC) FILTER (WHERE s.status IS NOT NULL))[1], 'paid')
                   AS status,
               coalesce(max(s.coupon) FILTER (WHERE {live}), '') AS coupon,
               CASE WHEN min(s.extra::text) = max(s.extra::text) THEN min(s.extra::text)::jsonb ELSE '{{}}'::jsonb END
                   AS properties,
               CASE WHEN count(*) FILTER (WHERE {live}) = 1
                    THEN decode((array_agg(encode(s.digest, 'hex')) FILTER (WHERE {live}))[1], 'hex')
                    ELSE decode(md5(string_agg(encode(s.digest, 'hex'), '' ORDER BY s.digest)
                                    FILTER (WHERE {live})), 'hex') END AS digest,
               bool_and(s.deleted IS TRUE) AS withdrawn, count(*) AS n
        FROM {rows} s
        LEFT JOIN {CUSTOMERS} c ON c.ref = s.customer LEFT JOIN {ACCOUNTS} a ON a.ref = s.account
        GROUP BY s.order_id
        """
    )
    stage.execute(f"ANALYZE {HEADS}")


def _count_kept(stage: Stage) -> int:
    """Rows of orders that are new or differ from the version in force."""
    return stage.number(
        f"""
        SELECT sum(h.n) FROM {HEADS} h
        LEFT JOIN customers_order o ON o.external_id = h.order_id AND o.superseded_at IS NULL
        WHERE o.id IS NULL OR o.withdrawn <> h.withdrawn OR (o.digest <> h.digest AND NOT h.withdrawn)
        """
    )


ORDERS = register(
    Importer(
        kind="orders",
        label=_("Orders"),
        help=_("What was bought. Rows with one order id are its lines; without an id each row is an order."),
        id_column="order_id",
        deletable=True,
        any_of=(("amount", "price"),),
        apply=apply_orders,
        columns=(
            Column(
                "order_id",
                ColumnType.ID,
                _("Order id"),
                synonyms=(
                    "id",
                    "order",
                    "order_no",
                    "order_number",
                    "basket_id",
                    "invoice",
                    "invoice_no",
                    "transaction_id",
                    "订单",
                    "订单号",
                    "订单编号",
                    "订单id",
                ),
            ),
            Column(
                "customer",
                ColumnType.ID,
                _("Customer"),
                required=True,
                synonyms=(
                    "customer_id",
                    "user",
                    "user_id",
                    "userid",
                    "member_id",
                    "client_id",
                    "household_id",
                    "buyer",
                    "用户",
                    "用户id",
                    "会员id",
                    "会员号",
                    "买家",
                ),
            ),
            Column(
                "ordered_at",
                ColumnType.DATETIME,
                _("Ordered at"),
                required=True,
                synonyms=(
                    "date",
                    "day",
                    "time",
                    "timestamp",
                    "datetime",
                    "order_date",
                    "created_at",
                    "paid_at",
                    "invoice_date",
                    "下单时间",
                    "订单时间",
                    "付款时间",
                    "日期",
                    "时间",
                ),
            ),
            Column(
                "amount",
                ColumnType.MONEY,
                _("Amount"),
                help=_("the row's own, else quantity × price"),
                synonyms=(
                    "total",
                    "value",
                    "revenue",
                    "sales",
                    "sales_value",
                    "sum",
                    "paid",
                    "金额",
                    "实付金额",
                    "订单金额",
                ),
            ),
            Column("currency", ColumnType.CURRENCY, _("Currency"), synonyms=("币种", "货币")),
            Column(
                "product",
                ColumnType.ID,
                _("Product"),
                synonyms=("product_id", "sku", "item", "stock_code", "商品", "商品id", "商品编号"),
            ),
            Column(
                "category",
                ColumnType.ID,
                _("Category"),
                synonyms=("product_category", "category_name", "department", "品类", "类目", "分类"),
            ),
            Column("quantity", ColumnType.NUMBER, _("Quantity"), synonyms=("qty", "count", "units", "数量", "件数")),
            Column("price", ColumnType.NUMBER, _("Price"), synonyms=("unit_price", "单价", "价格")),
            Column("account", ColumnType.ID, _("Account"), synonyms=("account_id", "company", "客户", "企业")),
            Column("coupon", ColumnType.ID, _("Coupon"), synonyms=("coupon_code", "promo_code", "优惠券", "优惠码")),
            Column(
                "status",
                ColumnType.CHOICE,
                _("Status"),
                choices=tuple(OrderStatus.values),
                synonyms=("order_status", "state", "订单状态", "状态"),
            ),
            Column(
                "refunded",
                ColumnType.MONEY,
                _("Refunded"),
                help=_("what was paid back on this row"),
                synonyms=("refund", "refund_amount", "退款", "退款金额"),
            ),
        ),
    )
)
