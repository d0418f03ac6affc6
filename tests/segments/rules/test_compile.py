"""One statement, everything bound, each source joined once, nobody who does not count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from retention.customers.models import Category, Customer
from retention.customers.selectors.state_sql import WHO_COUNTS
from retention.segments.fields import fields
from retention.segments.models import Segment
from retention.segments.rules.compile import Moment, compile_rule
from retention.segments.rules.parse import parse_rule
from retention.segments.selectors.members import count_members, count_reachable, segment_reach
from retention.segments.services.refresh import refresh_segments
from tenants.context import as_owner, current_tenant
from tests.segments.fields.everything import clause
from tests.segments.world import D, World, at

HOSTILE = [
    "'; DROP TABLE customers_customer; --",
    "%s",
    "%(as_of)s",
    "100%",
    "{s}.pool",
    "{x}",
    "\\'; SELECT 1; --",
    'a" OR "1"="1',
    "$1",
    "\x7f\u202e零",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_only_values(world: World, text: str) -> None:
    world.customer("named", name=text, traits={text: text, "tags": [text]})
    world.customer("other", name="x")
    event = world.customer("event")
    world.event(event, text, at(1))
    for rule in (
        {"field": "name", "op": "eq", "value": text},
        {"field": "name", "op": "contains", "value": text},
        {"field": "name", "op": "starts", "value": text},
        {"field": "name", "op": "in", "value": [text, "y"]},
        {"field": "trait", "op": "eq", "value": text, "params": {"key": text}},
        {"field": "tag", "op": "is", "value": True, "params": {"tag": text}},
    ):
        assert world.matching(rule) == ["named"], rule
    assert world.matching({"field": "events", "op": "ge", "value": 1, "params": {"event": text}}) == ["event"]


def test_a_condition_on_something_unknown_is_false_and_its_negation_true(world: World) -> None:
    world.score(world.customer("high"), r=2.0)
    world.score(world.customer("low"), r=0.1)
    world.customer("no score")
    high = {"field": "r", "op": "ge", "value": 1}
    assert world.matching(high) == ["high"]
    assert world.matching({"not": high}) == ["low", "no score"]
    assert world.matching({"field": "r", "op": "ne", "value": 2}) == ["low"]
    assert world.matching({"field": "r", "op": "unknown"}) == ["no score"]
    assert world.matching({"not": {"not": high}}) == ["high"]


def test_only_customers_who_count(world: World) -> None:
    kept = world.customer("kept", name="n")
    world.customer("staff", name="n", kind="staff")
    world.customer("merged", name="n", merged_into=kept)
    world.customer("erased", name="n", erased_at=at(1))
    assert world.matching({"field": "name", "op": "eq", "value": "n"}) == ["kept"]
    assert world.matching({"not": {"field": "name", "op": "eq", "value": "else"}}) == ["kept"]
    assert count_members({"field": "name", "op": "known"}, as_of=D) == 1


def test_who_came_after_the_day_is_left_out(world: World) -> None:
    """By the day of joining, else by the first fact; who has neither may have been there always."""
    world.customer("neither")
    for code, joined, ordered in (
        ("joined", 0, None), ("joined later", -1, None), ("bought", None, 0), ("bought later", None, -1),
        ("joined, bought later", 0, -1), ("bought, joined later", -1, 0), ("both later", -1, -1),
    ):  # fmt: skip
        someone = world.customer(code, joined_at=None if joined is None else at(joined))
        if ordered is not None:
            world.order(someone, ordered)
    not_lost = {"not": {"field": "pool", "op": "in", "value": ["lost"]}}
    here = ["bought", "bought, joined later", "joined", "joined, bought later", "neither"]
    assert world.matching(not_lost) == here
    assert len(world.matching(not_lost, D + timedelta(days=1))) == 8


def test_the_day_is_a_parameter(world: World) -> None:
    someone = world.customer("c", joined_at=at(30))
    for day in (0, 5, 10):
        world.order(someone, day)
        world.log_in(someone, day + 1)
    world.settle()
    for before, orders, gap, silence in [(0, 3, 1, 0), (4, 2, 2, 1), (7, 1, 4, 3), (20, 0, None, None)]:
        as_of = D - timedelta(days=before)
        rule = {"field": "orders", "op": "eq", "value": orders}
        assert world.matching(rule, as_of) == ["c"], before
        for field, value in (("login_gap", gap), ("days_since_order", silence)):
            asked = (
                {"field": field, "op": "unknown"} if value is None else {"field": field, "op": "eq", "value": value}
            )
            assert world.matching(asked, as_of) == ["c"], (field, before)
    assert world.matching({"field": "pool", "op": "known"}, D - timedelta(days=1)) == []


def test_a_source_is_joined_once_for_each_set_of_parameters(world: World) -> None:
    def orders(days: int) -> dict[str, object]:
        return {"field": "orders", "op": "ge", "value": 1, "params": {"days": days}}

    rule = {"all": [orders(30), orders(60), orders(30), {"field": "order_days", "op": "ge", "value": 1}]}
    compiled = compile_rule(parse_rule(rule), Moment.of(D))
    assert compiled.joins.count("LEFT JOIN") == 2
    assert all(str(value) not in compiled.select() for value in (30, 60, D))


def test_every_field_and_every_ready_segment_is_one_plain_statement(world: World) -> None:
    """EXPLAIN accepts each; no field's source gives a customer two rows."""
    Category.objects.create(code="milk")
    for field in fields:
        _explain(clause(field.code))
    for segment in Segment.objects.all():
        _explain(segment.rule)


def _explain(rule: object) -> None:
    compiled = compile_rule(parse_rule(rule), Moment.of(D))
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + compiled.select(), compiled.params)
        assert cursor.fetchall()


def test_what_all_must_hold_is_asked_before_the_join(world: World) -> None:
    """Unknown or false, a customer is out either way; under *any* and *not* the unknown must be told from the true."""
    high = {"field": "r", "op": "ge", "value": 1}
    plain = compile_rule(parse_rule({"all": [high, {"all": [high]}]}), Moment.of(D)).where
    assert "COALESCE" not in plain
    for rule in ({"any": [high, high]}, {"not": high}, {"all": [high, {"any": [high, {"not": high}]}]}):
        assert "COALESCE" in compile_rule(parse_rule(rule), Moment.of(D)).where
    world.score(world.customer("high"), r=2.0)
    world.customer("no score")
    assert world.matching({"all": [high, {"all": [high]}]}) == ["high"]
    assert world.matching({"any": [{"not": high}, {"all": [high, {"field": "name", "op": "known"}]}]}) == ["no score"]


def test_reach_counts_consent_address_and_refusal(world: World) -> None:
    from retention.customers.models import ConsentEntry, Preference

    def consent(customer: Customer, channel: str, day: int, granted: bool = True, purpose: str = "marketing") -> None:
        ConsentEntry.objects.create(
            customer=customer,
            channel=channel,
            purpose=purpose,
            granted=granted,
            source="form",
            occurred_at=at(day),
            recorded_at=at(day),
        )

    yes = world.customer("yes", email="a@b.example", phone="1")
    consent(yes, "email", 5)
    consent(yes, "sms", 5)
    no_address = world.customer("no address")
    consent(no_address, "email", 5)
    consent(no_address, "push", 5)
    changed = world.customer("changed", email="c@b.example")
    consent(changed, "email", 5)
    consent(changed, "email", 1, granted=False)
    later = world.customer("later", email="d@b.example")
    consent(later, "email", -1)
    service = world.customer("service", email="e@b.example")
    consent(service, "email", 5, purpose="service")
    refuses = world.customer("refuses", email="f@b.example")
    consent(refuses, "email", 5)
    Preference.objects.create(customer=refuses, personalised=False, updated_at=at(0))
    reach = count_reachable({"field": "external_id", "op": "known"}, as_of=D)
    assert reach.customers == 6
    assert reach.by_channel == {"email": 1, "sms": 1, "push": 1, "wecom": 0, "call": 0, "letter": 0}
    assert count_reachable({"field": "external_id", "op": "known"}, as_of=D, few=True) == reach


def test_a_rule_may_build_on_another_segment(world: World) -> None:
    for name, pool in (("ann", "lost"), ("bob", "at_risk")):
        world.score(world.customer(name), high_value=True, pool=pool)
    rule = {"field": "in_segment", "op": "is", "value": True, "params": {"segment": "high_value_lost"}}
    assert world.matching(rule) == []
    refresh_segments(as_of=D, now=at(0))
    assert world.matching(rule) == ["ann"]
    segment = Segment.objects.get(code="high_value_lost")
    assert segment_reach(segment, as_of=D) == count_reachable(segment.rule, as_of=D)
    assert world.matching(rule, D - timedelta(days=1)) == []


FACTS = (
    "customers_order",
    "customers_event",
    "customers_pointentry",
    "customers_membership",
    "customers_consententry",
)


def test_why_reads_one_customer_and_not_all(world: World) -> None:
    """The plan of every ready rule for one customer asks facts for that customer alone."""
    someone = world.customer("c")
    of_ledgers = [{"field": code, "op": "known"} for code in ("level", "points", "reachable", "consent")]
    for rule in [*(segment.rule for segment in Segment.objects.all()), *of_ledgers]:
        compiled = compile_rule(parse_rule(rule), Moment.of(D))
        columns = ", ".join(answer for _value, answer in compiled.answers.values())
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(
                "EXPLAIN (FORMAT JSON) " + compiled.ask_one(columns), {**compiled.params, "customer": someone.pk}
            )
            (plan,) = cursor.fetchone()[0]
        for node in _nodes(plan["Plan"]):
            if node.get("Relation Name") in FACTS:
                asked = " ".join(str(node.get(part, "")) for part in ("Index Cond", "Recheck Cond", "Filter"))
                by_account = "consultant_changed" in asked  # joined through the customer's contacts
                assert "customer_id =" in asked or by_account, (rule, node)


def test_who_counts_and_who_came_later_are_asked_of_indexes(world: World) -> None:
    """No rule reads the customers' wide rows, or everybody's state, only to know whom it may hold."""
    world.customer("c")
    compiled = compile_rule(parse_rule({"field": "r", "op": "ge", "value": 1}), Moment.of(D))
    assert "state_by_first_seen" in _indexes(compiled.select("count(*)"), compiled.params)
    sql = f"SELECT c.id, c.joined_at FROM customers_customer c WHERE {WHO_COUNTS}"
    # One row costs the same by any index: with the others gone, is this one enough?
    with as_owner(current_tenant().schema_name), connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indexrelid::regclass::text FROM pg_index i WHERE i.indrelid = 'customers_customer'::regclass "
            "AND i.indexrelid <> 'customer_counts'::regclass "
            "AND NOT EXISTS (SELECT FROM pg_constraint n WHERE n.conindid = i.indexrelid)"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    assert [(node["Node Type"], node["Index Name"]) for node in _plan(sql)] == [("Index Only Scan", "customer_counts")]


def _indexes(sql: str, params: Any = None) -> set[str]:
    return {str(node.get("Index Name")) for node in _plan(sql, params)}


def _plan(sql: str, params: Any = None) -> list[dict[str, Any]]:
    """The nodes by which `sql` would be read where reading a table whole is no way."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        (plan,) = cursor.fetchone()[0]
    return list(_nodes(plan["Plan"]))


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", []):
        yield from _nodes(below)
