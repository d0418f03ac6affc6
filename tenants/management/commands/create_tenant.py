"""``create_tenant SLUG``: a tenant that is usable at once, and the link for its admin."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser

from retention.common import clock
from retention.common.errors import NoPlatform
from tenants.commands import StayCommand
from tenants.enums import Business
from tenants.services.creating import create_tenant
from tenants.services.provisioning import TenantPlan


class Command(StayCommand):
    help = "Create a tenant, or finish one whose creation was interrupted; prints the admin's invitation."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="short name: lower-case letters, digits, hyphens")
        parser.add_argument("--name", required=True, help="the company's name")
        parser.add_argument("--domain", required=True, help="host name at which the tenant answers")
        parser.add_argument("--admin-email", required=True, help="who is invited as its admin")
        parser.add_argument("--timezone", default="UTC", help="such as Europe/Berlin")
        parser.add_argument("--currency", default="USD", help="such as EUR")
        parser.add_argument("--language", default="en", help="en or zh-hans")
        parser.add_argument("--business", default=Business.SHOP, choices=Business.values, help="sets the defaults")

    def within(self, **options: Any) -> Any:
        """Run in the public schema; the first tenant of an empty database brings the platform's tables with it."""
        try:
            return super().within(**options)
        except NoPlatform:
            call_command("migrate", verbosity=0)
            return super().within(**options)

    def run(self, **options: Any) -> dict[str, str]:
        fields = ("slug", "name", "domain", "business", "timezone", "currency", "language")
        plan = TenantPlan(**{field: options[field] for field in fields})
        created = create_tenant(plan=plan, admin_email=options["admin_email"], actor="create_tenant", now=clock.now())
        return {
            "tenant": created.tenant.slug,
            "domain": plan.domain,
            "admin": created.admin,
            "invitation_url": created.invitation_url,
        }

    def render(self, result: dict[str, str]) -> str:
        return "{tenant} answers at {domain}.\n{admin} comes in by {invitation_url}".format(**result)
