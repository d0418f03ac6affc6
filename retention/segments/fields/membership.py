"""Levels and growth points: what a customer holds, has left and is about to lose."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from retention.customers.selectors.levels_sql import HELD, levels_sql
from retention.customers.selectors.terms_sql import called_off, paid_term
from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields.base import Field, Param, Source

_USABLE = "p.occurred_on <= %(as_of)s::date AND (p.expires_on IS NULL OR p.expires_on >= %(as_of)s::date)"

LEVEL = Source("level", levels_sql, of_one=lambda key: levels_sql(f"= {key}"))
POINTS = Source(
    "points",
    f"""
    SELECT p.customer_id, sum(p.points) AS points FROM customers_pointentry p
    WHERE {_USABLE} GROUP BY p.customer_id""",  # noqa: S608
)
EXPIRING = Source(
    "points_expiring",
    f"""
    SELECT p.customer_id, greatest(0, least(sum(p.points), sum(p.points) FILTER (
               WHERE p.expires_on <= %(as_of)s::date + %(days)s::int))) AS points
    FROM customers_pointentry p WHERE {_USABLE} GROUP BY p.customer_id""",  # noqa: S608
    (Param("days", _("days"), "integer", default=30, minimum=1, maximum=730),),
)
PAID = Source(
    "paid_membership",
    f"""
    SELECT DISTINCT ON (m.customer_id) m.customer_id, m.ends_on,
           m.auto_renew IS FALSE OR {called_off("m")} AS switched_off
    FROM customers_membership m WHERE {HELD} AND m.ends_on IS NOT NULL AND {paid_term("m")}
    ORDER BY m.customer_id, m.ends_on DESC, m.id DESC""",  # noqa: S608
)
_GROUP, _NUMBER = FieldGroup.RELATION, FieldType.NUMBER

FIELDS = (
    Field("level", _("membership level"), FieldType.TEXT, "{s}.level", _GROUP, LEVEL),
    Field("level_points", _("points towards the level"), _NUMBER, "COALESCE({s}.earned, 0)", _GROUP, LEVEL),
    Field("points", _("growth points"), _NUMBER, "COALESCE({s}.points, 0)", _GROUP, POINTS),
    Field(
        "points_expiring",
        _("growth points that expire within {days} days"),
        _NUMBER,
        "COALESCE({s}.points, 0)",
        _GROUP,
        EXPIRING,
    ),
    Field(
        "paid_membership_ends_in",
        _("days until the membership ends"),
        _NUMBER,
        "{s}.ends_on - %(as_of)s::date",
        _GROUP,
        PAID,
        unit=_("days"),
    ),
    Field(
        "paid_membership_switched_off",
        _("the membership no longer renews itself"),
        FieldType.BOOLEAN,
        "COALESCE({s}.switched_off, FALSE)",
        _GROUP,
        PAID,
    ),
)
