"""How a tenant is ruled: its policies with history, its audit chain, its erasures."""

from tenants.governance.models.audit import AuditEntry, AuditHead
from tenants.governance.models.policies import Policy, PolicyRevision
from tenants.governance.models.privacy import ErasedMark, ErasureRequest, ErasureSalt

__all__ = ["AuditEntry", "AuditHead", "ErasedMark", "ErasureRequest", "ErasureSalt", "Policy", "PolicyRevision"]
