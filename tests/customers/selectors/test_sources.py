"""The acquisition sources in use, found one from the other, are those that asking everybody would give."""

from __future__ import annotations

from django.utils import timezone

from retention.customers.models import Customer
from retention.customers.selectors.sources import sources_in_use
from tenants.models import Tenant

SOURCES = ["Shop", "shop", "", "微信", "ads", "ads", "Ads 2", "", "微信", "referral", "zz top"]


def add(sources: list[str]) -> None:
    now = timezone.now()
    Customer.objects.bulk_create(
        Customer(external_id=f"c{place}", source=source, recorded_at=now, updated_at=now)
        for place, source in enumerate(sources)
    )


def test_each_source_is_found_once_in_order_and_none_is_no_source(tenant: Tenant) -> None:
    add(SOURCES)
    used = Customer.objects.exclude(source="").order_by("source").values_list("source", flat=True).distinct()
    assert sources_in_use(40) == list(used)
    assert set(sources_in_use(40)) == set(SOURCES) - {""}


def test_no_more_than_asked_for(tenant: Tenant) -> None:
    add(SOURCES)
    assert sources_in_use(3) == sources_in_use(40)[:3]


def test_where_nobody_has_one_there_is_none(tenant: Tenant) -> None:
    assert sources_in_use(40) == []
    add(["", ""])
    assert sources_in_use(40) == []
