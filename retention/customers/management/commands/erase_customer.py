"""``erase_customer TENANT EXTERNAL_ID --yes``: erase one customer everywhere; counts stay true."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from retention.common import clock
from retention.common.errors import DomainError
from retention.customers.selectors.person import find_customer
from retention.customers.services.privacy import erase_person, erasure_consequences
from tenants.commands import TenantCommand


class Command(TenantCommand):
    help = "Erase one customer everywhere. Without --yes it only says, in numbers, what that would do."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("external_id", metavar="EXTERNAL_ID")
        parser.add_argument("--yes", action="store_true", help="do it; it can't be undone")

    def run(self, **options: Any) -> dict[str, Any]:
        customer = find_customer(options["external_id"])
        if not options["yes"]:
            counts = erasure_consequences(customer=customer, now=clock.now())
            raise DomainError(
                "not_confirmed",
                f"Nothing is erased yet. It can't be undone, and would do this: {_in_words(counts)}.",
                mend="Say --yes to do it.",
            )
        request = erase_person(customer=customer, actor="erase_customer", now=clock.now())
        return {"erased": str(request.subject), "counts": request.counts}

    def render(self, result: dict[str, Any]) -> str:
        return f"Erased: {_in_words(result['counts'])}."


def _in_words(counts: dict[str, int]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items())
