"""``verify_audit TENANT``: does the audit log still say what it said?"""

from __future__ import annotations

from typing import Any

from retention.common.errors import DomainError
from tenants.commands import TenantCommand
from tenants.governance.selectors.audit import check_chain


class Command(TenantCommand):
    help = "Follow the tenant's audit chain and name the first entry that was changed, removed or forged."

    def run(self, **options: Any) -> dict[str, Any]:
        check = check_chain()
        if check.broken is not None:
            raise DomainError(
                "audit_broken",
                f"Entry {check.broken.position} is {check.broken.reason}; the {check.entries} before it hold.",
                mend="Compare with a backup from before, and find out who has the database owner's rights.",
            )
        return {"intact": True, "entries": check.entries, "first_broken": None}

    def render(self, result: dict[str, Any]) -> str:
        return f"The audit log is intact: {result['entries']} entries."
