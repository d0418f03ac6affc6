"""Tags by hand and over the API, on the page, in segments, in messages, in exports and after a merger."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from campaigns.templating.values import values_of
from retention.common.errors import DomainError
from retention.customers.models import Customer, CustomerTag
from retention.customers.selectors.tags import tags_of
from retention.customers.services.merging import merge_customers
from retention.customers.services.privacy import erase_person, export_person
from retention.customers.services.tags import change_tags
from retention.segments.selectors.members import rule_members
from tenants.governance.models import AuditEntry
from tenants.people.models import User
from tests.customers.api.conftest import Program, results
from tests.customers.api.conftest import program as program
from tests.customers.facts import make_customer
from tests.tenants.people.browser import signed_in

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def ann(tenant: object) -> Customer:
    return make_customer("ann", NOW, name="Ann")


def put(customer: Customer, *tags: str, source: str = "wecom", now: datetime = NOW) -> None:
    change_tags(customer=customer, source=source, add=tags, actor=None, now=now)


def test_only_what_changes_is_written_and_told(ann: Customer) -> None:
    put(ann, "VIP", "tea")
    done = change_tags(
        customer=ann, source=" WeCom ", add=["VIP", "new"], remove=["tea", "VIP", "gone"], actor=None, now=NOW
    )
    assert (done.added, done.removed) == (1, 1)
    assert tags_of(ann) == [("wecom", ["VIP", "new"])]
    acts = AuditEntry.objects.filter(action="tags.changed").order_by("position")
    assert [(act.detail["added"], act.detail["removed"]) for act in acts] == [(2, 0), (1, 1)]


@pytest.mark.parametrize(("source", "tag"), [("", "VIP"), ("s" * 41, "VIP"), ("wecom", " "), ("wecom", "x" * 61)])
def test_nonsense_is_refused(ann: Customer, source: str, tag: str) -> None:
    with pytest.raises(DomainError):
        change_tags(customer=ann, source=source, add=[tag], actor=None, now=NOW)
    assert CustomerTag.objects.count() == 0


def test_over_the_api_for_one_source(ann: Customer, program: Program) -> None:
    put(ann, "VIP", source="feishu")
    client: Client = program("customers.view", "tags.edit")
    door = f"/api/v1/customers/{ann.public_id}/tags/"
    body = {"source": "wecom", "add": ["VIP", "tea"], "remove": ["VIP"]}
    assert client.post(door, body, content_type="application/json").json() == {"added": 2, "removed": 0}
    take = {"source": "wecom", "remove": ["tea"]}
    assert client.post(door, take, content_type="application/json").json() == {"added": 0, "removed": 1}
    rows = [(row["customer"], row["source"], row["tag"]) for row in results(client, "tags/")]
    assert rows == [("ann", "feishu", "VIP"), ("ann", "wecom", "VIP")]
    assert program("customers.view").post(door, take, content_type="application/json").status_code == 403


def test_on_the_page_people_change_their_own(ann: Customer, sue: User, vera: User) -> None:
    put(ann, "<b>VIP</b>")
    browser = signed_in(sue)
    browser.post(f"/customers/{ann.public_id}/tags/", {"add": "likes tea"})
    page = browser.get(f"/customers/{ann.public_id}/").content.decode()
    assert "&lt;b&gt;VIP&lt;/b&gt;" in page
    assert "Take “likes tea” off" in page
    assert "Take “&lt;b&gt;VIP" not in page
    browser.post(f"/customers/{ann.public_id}/tags/", {"remove": "likes tea"})
    assert tags_of(ann) == [("wecom", ["<b>VIP</b>"])]
    assert signed_in(vera).post(f"/customers/{ann.public_id}/tags/", {"add": "x"}).status_code == 403


def members(field: str, op: str, values: list[str], as_of: date, **params: str) -> list[str]:
    clause = {"field": field, "op": op, "value": values} | ({"params": params} if params else {})
    return sorted(rule_members(clause, as_of=as_of).values_list("external_id", flat=True))


def test_segments_ask_for_any_all_and_none_as_of_a_day(ann: Customer) -> None:
    ben = make_customer("ben", NOW)
    make_customer("cid", NOW)
    put(ann, "VIP", "tea")
    put(ben, "tea", source="feishu")
    change_tags(customer=ann, source="wecom", remove=["VIP"], actor=None, now=NOW + timedelta(days=3))
    today, later = NOW.date(), NOW.date() + timedelta(days=3)
    assert members("external_tags", "any", ["VIP", "tea"], today) == ["ann", "ben"]
    assert members("external_tags", "all", ["VIP", "tea"], today) == ["ann"]
    assert members("external_tags", "none", ["VIP"], today) == ["ben", "cid"]
    assert members("external_tags", "all", ["VIP", "tea"], later) == []
    assert members("external_tags", "any", ["tea"], today - timedelta(days=1)) == []
    assert members("external_tags_of", "any", ["tea"], today, source="feishu") == ["ben"]


def test_messages_print_them(ann: Customer) -> None:
    put(ann, "VIP", "tea")
    put(ann, "tea", source="feishu")
    ben = make_customer("ben", NOW)
    assert values_of({ann.pk: "en", ben.pk: "en"}, now=NOW, names=["tags"]) == {
        ann.pk: {"tags": "VIP, tea"},
        ben.pk: {},
    }
    assert values_of({ann.pk: "zh-hans"}, now=NOW, names=["tags"]) == {ann.pk: {"tags": "VIP、tea"}}


def test_they_are_exported_erased_and_move_with_a_merger(ann: Customer, ada: User) -> None:
    ben = make_customer("ben", NOW)
    put(ann, "VIP", "tea")
    put(ben, "VIP")
    merge_customers(gone=ann.pk, stays=ben.pk)
    assert tags_of(ben) == [("wecom", ["VIP", "tea"])]
    held = export_person(customer=ben, actor=ada, now=NOW)
    assert {row["tag"] for row in held["held"]["tags"]} == {"VIP", "tea"}
    erase_person(customer=ben, actor=ada, now=NOW)
    assert CustomerTag.objects.filter(customer=ben).count() == 0
