"""Who is meant by a name in a fact: an external id, an id merged away, or another mark of a known customer."""

from __future__ import annotations

from retention.common.ids import UUID7_SQL


def create_customers(refs: str) -> str:
    """A statement that creates a customer for each name in the relation `refs` (column `ref`) that nobody has.

    It returns their ids and takes the parameter ``now`` and whatever `refs` needs.
    """
    return f"""
        INSERT INTO customers_customer
            (public_id, external_id, name, email, phone, language, timezone, source, recorded_at, updated_at)
        SELECT {UUID7_SQL}, r.ref, '', '', '', '', '', '', %(now)s, %(now)s
        FROM (SELECT DISTINCT ref FROM {refs} AS given WHERE ref IS NOT NULL) r
        WHERE NOT EXISTS (SELECT FROM customers_customer c WHERE c.external_id = r.ref)
          AND NOT EXISTS (SELECT FROM customers_identity i WHERE i.kind = 'user_id' AND i.value = r.ref)
        ORDER BY r.ref
        ON CONFLICT (external_id) DO NOTHING
        RETURNING id
        """


def customers_of(refs: str) -> str:
    """A query (ref, customer_id) over the relation `refs`: each name with the customer whom it means now."""
    return f"""
        SELECT r.ref, coalesce(c.merged_into_id, c.id, i.customer_id) AS customer_id
        FROM (SELECT DISTINCT ref FROM {refs} AS given WHERE ref IS NOT NULL) r
        LEFT JOIN customers_customer c ON c.external_id = r.ref
        LEFT JOIN customers_identity i ON i.kind = 'user_id' AND i.value = r.ref
        """


def create_accounts(refs: str) -> str:
    """The same for accounts."""
    return f"""
        INSERT INTO customers_account (public_id, external_id, name, csm, consultant, recorded_at, updated_at)
        SELECT {UUID7_SQL}, r.ref, '', '', '', %(now)s, %(now)s
        FROM (SELECT DISTINCT ref FROM {refs} AS given WHERE ref IS NOT NULL) r
        WHERE NOT EXISTS (SELECT FROM customers_account a WHERE a.external_id = r.ref)
        ORDER BY r.ref
        ON CONFLICT (external_id) DO NOTHING
        RETURNING id
        """


def accounts_of(refs: str) -> str:
    """A query (ref, account_id) over the relation `refs`."""
    return f"""
        SELECT a.external_id AS ref, a.id AS account_id
        FROM (SELECT DISTINCT ref FROM {refs} AS given WHERE ref IS NOT NULL) r
        JOIN customers_account a ON a.external_id = r.ref
        """
