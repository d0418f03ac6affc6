"""The base of every task: the queue names the tenant twice, and a message that doesn't is never run.

The argument `tenant` (its short name) and the header ``stay_tenant`` (its public id) must name the same living
tenant: a message made for a tenant that was deleted and made anew under the old name is refused too. What is
refused goes to the dead letters, with its reason; nothing ever runs in the public schema by accident.

    @tenant_task(name="customers.run_import")
    def run_import(tenant: str, job: int) -> None: ...

    run_import.wake(job=7)      # inside a tenant; sent when the transaction commits
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import structlog
from celery import Task, shared_task
from celery.exceptions import Reject
from django.db import transaction

from tenants.backend.stance import JOB_SECONDS
from tenants.context import current_tenant, leave, statements_of, use_public, use_tenant
from tenants.enums import TenantStatus
from tenants.models import DeadLetter, Tenant

HEADER = "stay_tenant"
log = structlog.get_logger(__name__)


class StayTask(Task):  # type: ignore[type-arg]
    """What all tasks share: delivered again when a worker dies, so a task may run twice and must not mind."""

    abstract = True
    acks_late = True
    reject_on_worker_lost = True
    ignore_result = True
    serializer = "json"

    def refuse(self, reason: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> NoReturn:
        """Keep the message as a dead letter and take it off the queue."""
        with use_public():
            DeadLetter.objects.create(
                task=self.name,
                task_id=str(self.request.id or ""),
                arguments={"args": list(args), "kwargs": kwargs},
                headers=self.request.headers or {},
                reason=reason,
            )
        log.warning("task_refused", task=self.name, why=reason)
        raise Reject(reason, requeue=False)


class TenantTask(StayTask):
    """A task of one tenant; its function's first parameter is `tenant`, the short name."""

    abstract = True

    def wake(self, **kwargs: Any) -> None:
        """Send it for the tenant in force, once the transaction at hand has committed."""
        tenant = current_tenant()
        headers = {HEADER: str(tenant.public_id)}
        arguments = {"tenant": tenant.slug, **kwargs}
        transaction.on_commit(lambda: self.apply_async(kwargs=arguments, headers=headers))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run inside the tenant that argument and header agree on."""
        tenant = self._tenant(args, kwargs)
        try:
            with use_tenant(tenant), statements_of(seconds=JOB_SECONDS):
                return super().__call__(*args, **kwargs)
        finally:
            if not (self.request.called_directly or self.request.is_eager):
                leave()

    def _tenant(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tenant:
        slug = kwargs.get("tenant", args[0] if args else None)
        header = (self.request.headers or {}).get(HEADER)
        with use_public():
            tenant = Tenant.objects.filter(slug=slug).first() if isinstance(slug, str) else None
        if tenant is None:
            self.refuse("no_tenant", args, kwargs)
        if not self.request.called_directly and header != str(tenant.public_id):
            self.refuse("tenant_mismatch", args, kwargs)
        if tenant.status != TenantStatus.ACTIVE:
            self.refuse(f"tenant_{tenant.status}", args, kwargs)
        return tenant


class PlatformTask(StayTask):
    """A task of the platform, such as the tick that finds due work: it runs in the public schema, by its type."""

    abstract = True

    def wake(self, **kwargs: Any) -> None:
        """Send it once the transaction at hand has committed."""
        transaction.on_commit(lambda: self.apply_async(kwargs=kwargs))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run in the public schema."""
        with use_public(), statements_of(seconds=JOB_SECONDS):
            return super().__call__(*args, **kwargs)


def tenant_task(*, name: str, **options: Any) -> Callable[[Callable[..., Any]], TenantTask]:
    """Make a function ``(tenant: str, …)`` a task that runs inside that tenant; `name` is explicit and stable."""
    return shared_task(base=TenantTask, name=name, **options)


def platform_task(*, name: str, **options: Any) -> Callable[[Callable[..., Any]], PlatformTask]:
    """Make a function a task of the platform."""
    return shared_task(base=PlatformTask, name=name, **options)
