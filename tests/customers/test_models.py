"""The rows of the customer record live in the tenant's schema alone."""

from __future__ import annotations

from django.utils import timezone

from retention.customers.models import Customer
from tenants.context import use_tenant
from tenants.models import Tenant


def test_a_customer_of_one_tenant_is_not_in_another(tenant: Tenant, rival: Tenant) -> None:
    now = timezone.now()
    Customer.objects.create(external_id="c1", recorded_at=now, updated_at=now)
    assert list(Customer.objects.values_list("external_id", flat=True)) == ["c1"]
    with use_tenant(rival):
        assert list(Customer.objects.values_list("external_id", flat=True)) == []
