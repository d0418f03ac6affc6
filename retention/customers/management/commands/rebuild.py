"""rebuild TENANT: drop everything derived and build it again from the facts."""

from __future__ import annotations

from typing import Any

from retention.customers.services.rebuild import derived, rebuild_all
from tenants.commands import TenantCommand


class Command(TenantCommand):
    help = "Drops everything derived of a tenant and builds it again, to the same values, from the facts."

    def run(self, **options: Any) -> dict[str, Any]:
        """The number of rows per part."""
        bar = self.progress("rebuild")
        done = 0

        def step(name: str, rows: int) -> None:
            nonlocal done
            done += 1
            bar(done, len(derived))

        return {"rebuilt": rebuild_all(step)}

    def render(self, result: dict[str, Any]) -> str:
        """One line per part."""
        return "\n".join(f"{name}: {rows}" for name, rows in result["rebuilt"].items())
