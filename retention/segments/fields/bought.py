"""What was bought: by product and by category, with which coupons, first and last, and what went back."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from retention.customers.models import Product
from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields.base import Choices, Field, Label, Param, Source
from retention.segments.fields.orders import CATEGORY, DAYS, IN_CATEGORY, ORDERS, categories
from retention.segments.fields.sql import PAID, PURCHASE


def products() -> Mapping[str, Label]:
    """Some codes of products: suggestions, not a limit."""
    return {code: code for code in Product.objects.values_list("code", flat=True)[:500]}


PRODUCT = Param("product", _("product code"), "text", choices=products)
_LINES = "FROM customers_order o JOIN customers_orderline l ON l.order_id = o.id"
_WINDOW = "o.ordered_on > %(as_of)s::date - %(days)s::int"

OF_PRODUCT = Source(
    "orders_of_product",
    f"""
    SELECT o.customer_id, count(DISTINCT o.id) AS orders, sum(l.quantity) AS quantity, sum(l.amount) AS amount
    {_LINES} JOIN customers_product p ON p.id = l.product_id
    WHERE {PURCHASE} AND {_WINDOW} AND p.code = %(product)s
    GROUP BY o.customer_id""",
    (PRODUCT, DAYS),
)
PRODUCT_LAST = Source(
    "product_last",
    f"""
    SELECT o.customer_id, max(o.ordered_on) AS last_on
    {_LINES} JOIN customers_product p ON p.id = l.product_id
    WHERE {PURCHASE} AND p.code = %(product)s
    GROUP BY o.customer_id""",
    (PRODUCT,),
)
CATEGORY_LAST = Source(
    "category_last",
    f"""
    SELECT o.customer_id, max(o.ordered_on) AS last_on
    {_LINES} JOIN customers_category k ON k.id = l.category_id
    WHERE {PURCHASE} AND k.code = %(category)s
    GROUP BY o.customer_id""",
    (CATEGORY,),
)
CATEGORIES = Source(
    "categories_bought",
    f"""
    SELECT o.customer_id, array_agg(DISTINCT k.code::text) AS codes
    {_LINES} JOIN customers_category k ON k.id = l.category_id
    WHERE {PURCHASE} AND {_WINDOW} GROUP BY o.customer_id""",
    (DAYS,),
)
PRODUCTS = Source(
    "products_bought",
    f"""
    SELECT o.customer_id, array_agg(DISTINCT p.code::text) AS codes
    {_LINES} JOIN customers_product p ON p.id = l.product_id
    WHERE {PURCHASE} AND {_WINDOW} GROUP BY o.customer_id""",
    (DAYS,),
)
COUPONS = Source(
    "coupons_used",
    f"""
    SELECT o.customer_id, array_agg(DISTINCT o.coupon::text) AS codes
    FROM customers_order o WHERE {PURCHASE} AND {_WINDOW} AND o.coupon <> '' GROUP BY o.customer_id""",  # noqa: S608
    (DAYS,),
)
FIRST = Source(
    "first_days",
    f"""
    SELECT t.customer_id, CASE WHEN t.first_order_on <= %(as_of)s::date THEN t.first_order_on END AS first_on,
           CASE WHEN t.last_order_on <= %(as_of)s::date THEN t.last_order_on
                WHEN t.first_order_on <= %(as_of)s::date THEN (
                    SELECT max(o.ordered_on) FROM customers_order o WHERE o.customer_id = t.customer_id AND {PURCHASE}
                ) END AS last_on
    FROM customers_customerstate t""",  # noqa: S608
)
SENT_BACK = Source(
    "sent_back",
    f"""
    SELECT o.customer_id, count(*) FILTER (WHERE o.amount < 0 OR o.refunded > 0) AS orders,
           sum(CASE WHEN o.amount < 0 THEN -o.amount ELSE o.refunded END) AS amount
    FROM customers_order o WHERE {PAID} AND {_WINDOW} GROUP BY o.customer_id""",  # noqa: S608
    (DAYS,),
)
UNPAID = Source(
    "unpaid_orders",
    f"""
    SELECT o.customer_id, count(*) AS orders FROM customers_order o
    WHERE o.superseded_at IS NULL AND NOT o.withdrawn AND o.status = 'unpaid' AND o.ordered_on <= %(as_of)s::date
      AND {_WINDOW} GROUP BY o.customer_id""",  # noqa: S608
    (DAYS,),
)


def _order(code: str, label: Label, source: Source, sql: str, unit: Label = "") -> Field:
    return Field(code, label, FieldType.NUMBER, sql, FieldGroup.ORDER, source, unit=unit)


def _codes(code: str, label: Label, source: Source, choices: Choices | None = None) -> Field:
    sql = "COALESCE({s}.codes, ARRAY[]::text[])"
    return Field(code, label, FieldType.LIST, sql, FieldGroup.ORDER, source, choices=choices or {})


_AGO = _("days")
FIELDS = (
    Field("first_order_on", _("first order"), FieldType.DATE, "{s}.first_on", FieldGroup.ORDER, FIRST),
    Field("last_order_on", _("last order"), FieldType.DATE, "{s}.last_on", FieldGroup.ORDER, FIRST),
    _order("coupon_orders", _("orders with a coupon in {days} days"), ORDERS, "COALESCE({s}.coupon_orders, 0)"),
    _order("average_order", _("mean amount of an order in {days} days"), ORDERS, "{s}.average"),
    _order("largest_order", _("largest order in {days} days"), ORDERS, "{s}.largest"),
    _order("sent_back", _("orders sent back or refunded in {days} days"), SENT_BACK, "COALESCE({s}.orders, 0)"),
    _order("refunds", _("amount sent back or refunded in {days} days"), SENT_BACK, "COALESCE({s}.amount, 0)"),
    _order("unpaid_orders", _("unpaid orders in {days} days"), UNPAID, "COALESCE({s}.orders, 0)"),
    _codes("coupons_used", _("coupons used in {days} days"), COUPONS),
    _codes("categories_bought", _("categories bought in {days} days"), CATEGORIES, categories),
    _codes("products_bought", _("products bought in {days} days"), PRODUCTS),
    _order(
        "order_days_in_category",
        _("days with an order in category {category} in {days} days"),
        IN_CATEGORY,
        "COALESCE({s}.days, 0)",
    ),
    _order(
        "quantity_in_category",
        _("quantity in category {category} in {days} days"),
        IN_CATEGORY,
        "COALESCE({s}.quantity, 0)",
    ),
    _order(
        "coupon_orders_in_category",
        _("orders with a coupon in category {category} in {days} days"),
        IN_CATEGORY,
        "COALESCE({s}.coupon_orders, 0)",
    ),
    _order(
        "days_since_category",
        _("days since the last order in category {category}"),
        CATEGORY_LAST,
        "%(as_of)s::date - {s}.last_on",
        _AGO,
    ),
    _order(
        "orders_of_product", _("orders of product {product} in {days} days"), OF_PRODUCT, "COALESCE({s}.orders, 0)"
    ),
    _order(
        "quantity_of_product",
        _("quantity of product {product} in {days} days"),
        OF_PRODUCT,
        "COALESCE({s}.quantity, 0)",
    ),
    _order(
        "amount_of_product", _("amount of product {product} in {days} days"), OF_PRODUCT, "COALESCE({s}.amount, 0)"
    ),
    _order(
        "days_since_product",
        _("days since the last order of product {product}"),
        PRODUCT_LAST,
        "%(as_of)s::date - {s}.last_on",
        _AGO,
    ),
)
