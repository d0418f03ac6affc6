"""Policies, the audit log, exports and erasures."""

from __future__ import annotations

from datetime import UTC, datetime

from tenants.governance.models import AuditEntry
from tenants.governance.services.audit import record_act
from tenants.governance.services.policies import set_policy
from tests.isolation.matrix import Row, World, thing

THEN = datetime(2026, 1, 1, tzinfo=UTC)


@thing
def changed_policy(world: World) -> dict[str, str]:
    set_policy(name="people.invitation_hours", value=48, actor="test", reason=world.text("Reason"), now=THEN)
    return type("Changed", (), {"name": "people.invitation_hours"})  # type: ignore[return-value]


@thing
def act(world: World) -> AuditEntry:
    return record_act(actor=world.text("Actor")[:64], action="test.act", target=world.text("thing"), at=THEN)


NAME = {"name": "changed_policy.name"}
CUSTOMER = {"public_id": "customer.public_id"}
ROWS = (
    Row("policies", permission="policies.view"),
    Row("policy", permission="policies.view", kwargs=NAME),
    Row("policy-change", permission="policies.edit", kwargs=NAME, methods=("POST",), data={"value": "24"}),
    Row("policy-reset", permission="policies.edit", kwargs=NAME, methods=("POST",)),
    Row("audit", permission="audit.view"),
    Row("audit-verify", permission="audit.view", methods=("POST",)),
    Row("customer-export", permission="privacy.export", kwargs=CUSTOMER, methods=("POST",)),
    Row("customer-erase", permission="privacy.erase", kwargs=CUSTOMER, methods=("GET", "POST")),
    Row("api-policies", permission="policies.view", api=True),
    Row("api-policy", permission="policies.view", kwargs=NAME, methods=("GET", "PUT", "DELETE"), api=True),
    Row("api-audit", permission="audit.view", api=True),
)
