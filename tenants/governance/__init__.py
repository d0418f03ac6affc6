"""How a tenant is ruled."""

from typing import Final

append_only_tables: Final = ("governance_auditentry", "governance_policyrevision")
"""Tables on which a tenant's role has SELECT and INSERT only: no UPDATE, no DELETE, no TRUNCATE."""
