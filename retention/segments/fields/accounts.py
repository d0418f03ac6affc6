"""The accounts that a customer acts for: which they are, and their traits. Of several the list holds all."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields.base import Field, Source
from retention.segments.fields.customer import KEY
from retention.segments.fields.relations import ACTS
from retention.segments.fields.sql import number

_HELD = f"FROM customers_contact ct JOIN customers_account a ON a.id = ct.account_id WHERE {ACTS}"
_SAID = "(a.traits ->> %(key)s)"

IDS = Source(
    "account_ids",
    f"""
    SELECT ct.customer_id, array_agg(DISTINCT a.external_id::text) AS ids,
           min((a.joined_at AT TIME ZONE %(zone)s)::date) AS joined_on
    {_HELD} GROUP BY ct.customer_id""",
)
TRAITS = Source(
    "account_traits",
    f"""
    SELECT ct.customer_id, array_agg(DISTINCT {_SAID}) FILTER (WHERE {_SAID} IS NOT NULL) AS said,
           max({number(_SAID)}) AS largest
    {_HELD} GROUP BY ct.customer_id""",
    (KEY,),
)
_G = FieldGroup.RELATION
FIELDS = (
    Field("account_ids", _("account ids"), FieldType.LIST, "COALESCE({s}.ids, ARRAY[]::text[])", _G, IDS),
    Field("account_since", _("account since"), FieldType.DATE, "{s}.joined_on", _G, IDS),
    Field(
        "account_trait",
        _("trait “{key}” of the account"),
        FieldType.LIST,
        "COALESCE({s}.said, ARRAY[]::text[])",
        _G,
        TRAITS,
    ),
    Field(
        "account_trait_number",
        _("largest trait “{key}” of the account as a number"),
        FieldType.NUMBER,
        "{s}.largest",
        _G,
        TRAITS,
    ),
)
