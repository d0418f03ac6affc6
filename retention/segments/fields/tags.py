"""External tags: what other systems, such as an enterprise messenger, say of a customer."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields.base import Field, Param, Source

_STANDS = "g.added_at < %(moment)s AND (g.removed_at IS NULL OR g.removed_at >= %(moment)s)"
TAGS = Source(
    "external_tags",
    f"""
    SELECT g.customer_id, array_agg(DISTINCT g.tag::text) AS tags FROM customers_customertag g
    WHERE {_STANDS} GROUP BY g.customer_id""",  # noqa: S608
)
TAGS_OF_SOURCE = Source(
    "external_tags_of_source",
    f"""
    SELECT g.customer_id, array_agg(DISTINCT g.tag::text) AS tags FROM customers_customertag g
    WHERE {_STANDS} AND g.source = %(source)s GROUP BY g.customer_id""",  # noqa: S608
    (Param("source", _("source"), "text", default="wecom"),),
)
_VALUE = "COALESCE({s}.tags, ARRAY[]::text[])"

FIELDS = (
    Field("external_tags", _("external tags"), FieldType.LIST, _VALUE, FieldGroup.CUSTOMER, TAGS),
    Field(
        "external_tags_of",
        _("external tags from “{source}”"),
        FieldType.LIST,
        _VALUE,
        FieldGroup.CUSTOMER,
        TAGS_OF_SOURCE,
    ),
)
