"""What rules may ask of contracts and of who is in charge: a customer's own, and those of the accounts behind."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields import Field, Param, Source, register
from retention.segments.fields.relations import ACTS
from retention.success.enums import AssignmentRole, RenewalStatus

ROLE = Param("role", _("role"), "choice", default="cares", choices=dict(AssignmentRole.choices))
DAYS = Param("days", _("days"), "integer", default=365, minimum=1)
_PARTY = f"""(
        SELECT k.id, k.customer_id FROM success_contract k WHERE k.customer_id IS NOT NULL
        UNION ALL
        SELECT k.id, ct.customer_id FROM success_contract k
        JOIN customers_contact ct ON ct.account_id = k.account_id AND {ACTS}
    )"""
"""Each contract with each customer whom it is about; somebody with two roles in an account is there twice."""

CONTRACTS = Source(
    "contracts_in_force",
    f"""
    SELECT h.customer_id, count(*) AS held, sum(k.amount) AS amount, min(k.ends_on) AS ends_on,
           array_agg(DISTINCT k.product::text) FILTER (WHERE k.product <> '') AS products
    FROM (SELECT DISTINCT p.id, p.customer_id FROM {_PARTY} p) h JOIN success_contract k ON k.id = h.id
    WHERE NOT k.withdrawn AND k.status IN ('active', 'ended') AND k.starts_on <= %(as_of)s::date
      AND (k.ends_on IS NULL OR k.ends_on >= %(as_of)s::date)
    GROUP BY h.customer_id""",
)
RENEWALS = Source(
    "renewals_decided",
    f"""
    SELECT h.customer_id, array_agg(DISTINCT r.status::text) AS codes
    FROM (SELECT DISTINCT p.id, p.customer_id FROM {_PARTY} p) h JOIN success_renewal r ON r.contract_id = h.id
    WHERE NOT r.withdrawn AND r.decided_at < %(moment)s::timestamptz
      AND r.decided_at >= %(moment)s::timestamptz - make_interval(days => %(days)s::int)
    GROUP BY h.customer_id""",
    (DAYS,),
)
_IN_CHARGE = (
    "NOT s.withdrawn AND s.role = %(role)s AND s.starts_on <= %(as_of)s::date"
    " AND (s.until IS NULL OR s.until > %(as_of)s::date)"
)
STAFF = Source(
    "staff_in_charge",
    f"""
    SELECT w.customer_id, array_agg(DISTINCT w.staff::text) AS people FROM (
        SELECT s.customer_id, s.staff FROM success_assignment s WHERE s.customer_id IS NOT NULL AND {_IN_CHARGE}
        UNION ALL
        SELECT ct.customer_id, s.staff FROM success_assignment s
        JOIN customers_contact ct ON ct.account_id = s.account_id AND {ACTS}
        WHERE {_IN_CHARGE}
        UNION ALL
        SELECT ct.customer_id, CASE %(role)s WHEN 'cares' THEN a.csm ELSE a.consultant END
        FROM customers_account a JOIN customers_contact ct ON ct.account_id = a.id AND {ACTS}
        WHERE NOT EXISTS (SELECT FROM success_assignment s WHERE s.account_id = a.id AND s.role = %(role)s
                          AND NOT s.withdrawn)
    ) w WHERE w.staff <> '' GROUP BY w.customer_id""",
    (ROLE,),
)
_G, _N, _L = FieldGroup.RELATION, FieldType.NUMBER, FieldType.LIST
register(
    Field("contracts", _("contracts in force"), _N, "COALESCE({s}.held, 0)", _G, CONTRACTS),
    Field("contract_amount", _("value of the contracts in force"), _N, "{s}.amount", _G, CONTRACTS),
    Field(
        "contract_products",
        _("products under contract"),
        _L,
        "COALESCE({s}.products, ARRAY[]::text[])",
        _G,
        CONTRACTS,
    ),
    Field("renews_on", _("next renewal"), FieldType.DATE, "{s}.ends_on", _G, CONTRACTS),
    Field(
        "renewals_decided",
        _("what became of renewals in {days} days"),
        _L,
        "COALESCE({s}.codes, ARRAY[]::text[])",
        _G,
        RENEWALS,
        choices={code: label for code, label in RenewalStatus.choices if code != RenewalStatus.OPEN},
    ),
    Field(
        "in_charge",
        _("who is in charge ({role})"),
        _L,
        "COALESCE({s}.people, ARRAY[]::text[])",
        _G,
        STAFF,
        help=_(
            "E-mail addresses or names. An account without assignments has those of its own record, as they are now."
        ),
    ),
)
