"""The audit chain: every act is bound to the one before, and tampering names the first broken row."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenants.context import as_owner, current_tenant, find_tenant, use_tenant
from tenants.governance.chain import GENESIS
from tenants.governance.models import AuditEntry, AuditHead
from tenants.governance.selectors.audit import Break, check_chain
from tenants.governance.services.audit import record_act
from tenants.models import Tenant
from tenants.people.models import User

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
TAMPERED_COLUMNS = ("at", "actor", "action", "target", "detail", "digest", "previous", "position")


def write(count: int, actor: User | None = None) -> list[AuditEntry]:
    return [
        record_act(actor=actor, action="policy.set", target=f"policy:p{number}", detail={"new": number}, at=MOMENT)
        for number in range(count)
    ]


def tamper(statement: str, *parameters: Any) -> None:
    """What somebody with the owner's rights could do behind the product's back."""
    with as_owner(current_tenant().schema_name), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE governance_auditentry DISABLE TRIGGER USER")
        cursor.execute(statement, parameters)
        cursor.execute("ALTER TABLE governance_auditentry ENABLE TRIGGER USER")


def test_entries_are_linked_from_the_beginning(tenant: Tenant, ada: User) -> None:
    first, second = write(2, ada)
    assert (first.position, bytes(first.previous)) == (1, GENESIS)
    assert (second.position, bytes(second.previous)) == (2, bytes(first.digest))
    assert (second.actor_kind, second.actor) == ("person", str(ada.public_id))
    assert check_chain().entries == 2
    assert check_chain().broken is None


def test_an_empty_chain_holds(tenant: Tenant) -> None:
    assert check_chain().broken is None


@pytest.mark.parametrize(
    "statement", ["UPDATE governance_auditentry SET action='x'", "DELETE FROM governance_auditentry"]
)
def test_the_database_refuses_changes(tenant: Tenant, statement: str) -> None:
    write(1)
    with (
        pytest.raises(DatabaseError, match=r"append-only|permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_each_tenant_has_its_own_chain(acme: Tenant, rival: Tenant) -> None:
    from tenants.context import use_tenant

    with use_tenant(acme):
        write(3)
    with use_tenant(rival):
        assert [entry.position for entry in write(1)] == [1]
        assert check_chain().entries == 1


def test_an_act_rolled_back_leaves_no_hole(tenant: Tenant) -> None:
    write(1)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write(1)
        raise ZeroDivisionError
    assert [entry.position for entry in write(1)] == [2]
    assert check_chain().broken is None


def test_numbers_survive_the_database(tenant: Tenant) -> None:
    detail = {"a": 1e16, "b": 2.0, "c": 0.1, "d": -0.0, "e": 1e-7, "f": 2**70, "g": [True, None, "·退订"]}
    record_act(actor=None, action="test.act", target="", detail=detail, at=MOMENT)
    assert check_chain().broken is None


@given(
    detail=st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**80), 2**80)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), inner)
        ),
        max_leaves=6,
    )
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_detail_verifies(tenant: Tenant, detail: Any) -> None:
    record_act(actor="command:test", action="test.act", target="", detail={"x": detail}, at=MOMENT)
    assert check_chain().broken is None


@given(data=st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_tampering_names_the_first_broken_row(tenant: Tenant, data: st.DataObject) -> None:
    length = data.draw(st.integers(2, 6), "length")
    victim = data.draw(st.integers(1, length), "victim")
    column = data.draw(st.sampled_from((*TAMPERED_COLUMNS, "gone")), "column")
    point = transaction.savepoint()
    write(length)
    if column == "gone":
        tamper("DELETE FROM governance_auditentry WHERE position = %s", victim)
    else:
        new = {
            "at": MOMENT + timedelta(microseconds=1),
            "detail": '{"new": 999}',
            "digest": b"\x01" * 32,
            "previous": b"\x01" * 32,
            "position": length + 7,
        }.get(column, "someone else")
        tamper(f"UPDATE governance_auditentry SET {column} = %s WHERE position = %s", new, victim)
    broken = check_chain().broken
    transaction.savepoint_rollback(point)
    assert broken is not None
    assert broken.position == victim


def test_a_rewritten_tail_is_seen_by_the_head(tenant: Tenant) -> None:
    """Somebody cuts the last two entries off and writes a valid third one by hand."""
    write(3)
    tamper("DELETE FROM governance_auditentry WHERE position >= 2")
    AuditHead.objects.update(position=1, digest=AuditEntry.objects.get().digest)
    forged = record_act(actor=None, action="forged", target="", at=MOMENT)
    AuditHead.objects.update(position=1, digest=AuditEntry.objects.get(position=1).digest)
    assert check_chain().broken == Break(forged.position, "not written by the product")


def test_a_cut_off_tail_is_seen(tenant: Tenant) -> None:
    write(3)
    tamper("DELETE FROM governance_auditentry WHERE position = 3")
    assert check_chain().broken == Break(3, "missing")


def test_nobody_acts_without_a_name(tenant: Tenant) -> None:
    with pytest.raises(TypeError, match="can't be named"):
        record_act(actor=object(), action="test.act", target="")


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_wait_for_each_other_and_the_chain_holds(tenant: Tenant) -> None:
    def work(number: int) -> None:
        with use_tenant(find_tenant("acme")):
            for turn in range(5):
                record_act(actor=f"w{number}", action="policy.set", target=f"policy:{number}-{turn}", at=MOMENT)
        connection.close()

    threads = [threading.Thread(target=work, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (check_chain().entries, check_chain().broken) == (20, None)
    positions = AuditEntry.objects.order_by("position").values_list("position", flat=True)
    assert list(positions) == list(range(1, 21))
