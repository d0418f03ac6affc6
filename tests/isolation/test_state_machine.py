"""Whatever order tenants, transactions, errors and connections come in, the server stands where the code does.

After each step the server is asked past our code for its role and its schemas; every read must give exactly the rows
that a plain model of the two tenants holds, and everything that was kept from one tenant must raise in another.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from itertools import count
from typing import Any

import psycopg
import pytest
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.core.cache import cache
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from retention.common.errors import TenancyError
from tenants.context import connection, find_tenant, use_nobody, use_public, use_tenant
from tenants.governance.models import Policy
from tenants.models import Tenant
from tests.isolation.server import place_of_code, place_of_server

EXAMPLES = 500
PHASES = (Phase.generate, Phase.shrink)
TENANTS = ("acme", "rival")
OWN_LOCKS = "locktype = 'advisory' AND pid = pg_backend_pid()"
_numbers = count()
_tenants: dict[str, Tenant] = {}


ROW_ACTS = ("save", "delete", "refresh_from_db", "bulk_update", "contains")
QUERY_ACTS = ("list", "count", "exists", "update", "delete", "iterator", "inside")


def act_on_row(row: Policy, how: str) -> None:
    """Do to a row what must not be done to another tenant's."""
    if how == "bulk_update":
        Policy.objects.bulk_update([row], ["value"])
    elif how == "contains":
        Policy.objects.contains(row)
    else:
        getattr(row, how)()


def act_on_query(query: Any, how: str) -> None:
    """Run a query in one of the ways that Django has."""
    if how == "list":
        list(query)
    elif how == "iterator":
        list(query.iterator())
    elif how == "update":
        query.update(value="stolen")
    elif how == "inside":
        Policy.objects.filter(pk__in=query.values("pk")).count()
    else:
        getattr(query, how)()


class Undo(Exception):
    """Leaves a block with an error."""


class Isolation(RuleBasedStateMachine):
    """Blocks are entered and left like a program does: the last one in is the first one out."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[AbstractContextManager[Any]] = []
        self.where: list[str | None] = [None]
        self.saved: list[dict[str, set[str]] | None] = []
        self.rows: dict[str, set[str]] = {name: set() for name in TENANTS}
        self.kept_rows: list[tuple[str, Policy]] = []
        self.kept_queries: list[tuple[str, Any]] = []
        self.kept_results: list[tuple[str, Any, set[str]]] = []
        self.kept_cursors: list[tuple[str, Any]] = []
        self.kept_tokens: list[tuple[str, str]] = []
        self.due: list[list[str]] = [[]]
        self.ran: list[tuple[str, str | None]] = []

    @property
    def here(self) -> str | None:
        """The tenant in force, "public" or None."""
        return self.where[-1]

    @property
    def in_tenant(self) -> bool:
        return self.here in TENANTS

    @property
    def in_transaction(self) -> bool:
        return any(saved is not None for saved in self.saved)

    # -- Blocks.

    @rule(who=st.sampled_from([*TENANTS, "public", None]))
    def enter(self, who: str | None) -> None:
        block: AbstractContextManager[Any] = (
            use_nobody() if who is None else use_public() if who == "public" else use_tenant(_tenants[who])
        )
        self._open(block, who, None)

    @rule()
    def begin(self) -> None:
        self.due.append([])
        self._open(transaction.atomic(), self.here, {name: set(rows) for name, rows in self.rows.items()})

    def _open(self, block: AbstractContextManager[Any], who: str | None, saved: dict[str, set[str]] | None) -> None:
        block.__enter__()
        self.blocks.append(block)
        self.where.append(who)
        self.saved.append(saved)

    @precondition(lambda self: self.blocks)
    @rule(fails=st.booleans())
    def leave(self, fails: bool) -> None:
        block, saved = self.blocks.pop(), self.saved.pop()
        self.where.pop()
        self.ran.clear()
        due: list[str] = []
        if saved is not None:
            due = self.due.pop()
            if fails:
                self.rows, due = saved, []
            elif self.in_transaction:
                self.due[-1] += due
                due = []
        error = Undo() if fails else None
        with_error = (Undo, error, None) if error else (None, None, None)
        assert not block.__exit__(*with_error)
        assert self.ran == [(tenant, tenant) for tenant in due]

    # -- Statements.

    @precondition(lambda self: self.in_tenant)
    @rule()
    def write(self) -> None:
        name = f"isolation.{next(_numbers)}"
        row = Policy.objects.create(name=name, value=self.here)
        self.rows[str(self.here)].add(name)
        self.kept_rows.append((str(self.here), row))

    @precondition(lambda self: self.in_tenant)
    @rule()
    def read(self) -> None:
        found = dict(Policy.objects.filter(name__startswith="isolation.").values_list("name", "value"))
        assert found == dict.fromkeys(self.rows[str(self.here)], self.here)

    @precondition(lambda self: self.in_tenant)
    @rule(statement=st.sampled_from(["SELECT 1/0", "SELECT * FROM nowhere", "SELECT * FROM public.tenants_tenant"]))
    def err(self, statement: str) -> None:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    @precondition(lambda self: self.in_tenant)
    @rule()
    def reach_for_the_other(self) -> None:
        other = _tenants[TENANTS[1 - TENANTS.index(str(self.here))]]
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {other.schema_name}.governance_policy")

    @rule(ghost=st.sampled_from(["t_ghost", "template"]))
    def a_schema_that_is_missing_or_nobodys_is_an_error(self, ghost: str) -> None:
        with use_nobody(), pytest.raises(TenancyError), transaction.atomic():
            connection.set_schema(ghost)
            Policy.objects.count()

    @precondition(lambda self: self.in_tenant)
    @rule(other=st.sampled_from(TENANTS))
    def read_in_pieces(self, other: str) -> None:
        with transaction.atomic():
            rows = Policy.objects.filter(name__startswith="isolation.").iterator(chunk_size=1)
            found = set()
            for row in rows:
                found.add(row.name)
                with use_tenant(_tenants[other]):
                    Policy.objects.count()
        assert found == self.rows[str(self.here)]

    # -- What is kept from one tenant and used in another.

    @property
    def other(self) -> Tenant:
        """The tenant that isn't in force."""
        return _tenants[TENANTS[1 - TENANTS.index(str(self.here))]]

    @precondition(lambda self: self.in_tenant)
    @rule(how=st.sampled_from(ROW_ACTS))
    def carry_row(self, how: str) -> None:
        self.write()
        row = self.kept_rows[-1][1]
        with use_tenant(self.other), pytest.raises(TenancyError), transaction.atomic():
            act_on_row(row, how)

    @precondition(lambda self: self.in_tenant)
    @rule(how=st.sampled_from(QUERY_ACTS))
    def carry_query(self, how: str) -> None:
        query = Policy.objects.filter(name__startswith="isolation.").order_by("pk")
        with use_tenant(self.other), pytest.raises(TenancyError), transaction.atomic():
            act_on_query(query, how)

    @precondition(lambda self: self.in_tenant)
    @rule()
    def carry_results(self) -> None:
        self.write()
        query = Policy.objects.filter(name__startswith="isolation.")
        assert {row.name for row in query} == self.rows[str(self.here)]
        with use_tenant(self.other), pytest.raises(TenancyError):
            list(query)

    @precondition(lambda self: self.kept_rows)
    @rule(data=st.data(), how=st.sampled_from(ROW_ACTS))
    def use_row(self, data: st.DataObject, how: str) -> None:
        home, row = data.draw(st.sampled_from(self.kept_rows))
        if home != self.here:
            with pytest.raises(TenancyError), transaction.atomic():
                act_on_row(row, how)

    @rule(is_read=st.booleans())
    def keep_query(self, is_read: bool) -> None:
        query = Policy.objects.filter(name__startswith="isolation.").order_by("pk")
        if self.in_tenant:
            self.kept_queries.append((str(self.here), query))
            if is_read and list(query):
                self.kept_results.append((str(self.here), query, set(self.rows[str(self.here)])))

    @precondition(lambda self: self.kept_queries)
    @rule(data=st.data(), how=st.sampled_from(QUERY_ACTS))
    def use_query(self, data: st.DataObject, how: str) -> None:
        home, query = data.draw(st.sampled_from(self.kept_queries))
        if home != self.here:
            with pytest.raises(TenancyError), transaction.atomic():
                act_on_query(query.all(), how)

    @precondition(lambda self: self.kept_results)
    @rule(data=st.data())
    def use_result(self, data: st.DataObject) -> None:
        home, query, names = data.draw(st.sampled_from(self.kept_results))
        if home == self.here:
            assert {row.name for row in query} == names
        else:
            with pytest.raises(TenancyError):
                list(query)

    @precondition(lambda self: self.in_tenant)
    @rule()
    def keep_cursor(self) -> None:
        cursor = connection.cursor()
        cursor.execute("SELECT current_schema() FROM generate_series(1, 99)")
        self.kept_cursors.append((str(self.here), cursor))

    @precondition(lambda self: self.kept_cursors)
    @rule(data=st.data(), how=st.sampled_from(["fetch", "iterate", "execute"]))
    def use_cursor(self, data: st.DataObject, how: str) -> None:
        home, cursor = data.draw(st.sampled_from(self.kept_cursors))
        if home == self.here:
            return
        acts = {
            "fetch": lambda: cursor.fetchone(),
            "iterate": lambda: next(iter(cursor)),
            "execute": lambda: cursor.execute("SELECT 1"),
        }
        with pytest.raises(TenancyError):
            acts[how]()

    @precondition(lambda self: self.in_tenant)
    @rule()
    def keep_token(self) -> None:
        self.kept_tokens.append((str(self.here), signing.dumps({"pk": 1}, salt="test")))

    @precondition(lambda self: self.kept_tokens)
    @rule(data=st.data())
    def use_token(self, data: st.DataObject) -> None:
        home, token = data.draw(st.sampled_from(self.kept_tokens))
        if home == self.here:
            assert signing.loads(token, salt="test") == {"pk": 1}
        else:
            with pytest.raises(signing.BadSignature):
                signing.loads(token, salt="test")

    @precondition(lambda self: self.in_tenant)
    @rule()
    def keep_in_cache(self) -> None:
        cache.set("isolation", self.here, 60)

    @precondition(lambda self: self.in_tenant)
    @rule()
    def look_into_cache(self) -> None:
        assert cache.get("isolation") in (None, self.here)

    @precondition(lambda self: self.in_tenant)
    @rule()
    def look_up_content_type(self) -> None:
        found = ContentType.objects.get_for_model(Policy)
        assert found._state.schema == connection.schema_name  # type: ignore[attr-defined]

    # -- Commits and connections.

    @precondition(lambda self: self.in_tenant)
    @rule()
    def do_on_commit(self) -> None:
        tenant = str(self.here)

        def note() -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_schema()")
                schema = cursor.fetchone()[0]
            self.ran.append((tenant, schema.removeprefix("t_")))

        self.ran.clear()
        transaction.on_commit(note)
        if self.in_transaction:
            self.due[-1].append(tenant)
        else:
            assert self.ran == [(tenant, tenant)]

    @precondition(lambda self: self.in_tenant)
    @rule()
    def commit_for_another(self) -> None:
        if self.in_transaction:
            return
        seen: list[str | None] = []
        with transaction.atomic(), use_tenant(self.other) as other:
            transaction.on_commit(lambda: seen.append(connection.schema_name))
        assert (seen, connection.schema_name) == ([other.schema_name], f"t_{self.here}")

    @precondition(lambda self: self.here is not None and not self.in_transaction)
    @rule(how=st.sampled_from(["returned", "closed", "killed"]))
    def reconnect(self, how: str) -> None:
        for _home, cursor in self.kept_cursors:
            cursor.close()
        self.kept_cursors.clear()
        if connection.connection is None:
            return
        pid = connection.connection.info.backend_pid
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE left_behind (words text); SELECT pg_advisory_lock(1)")
        if how == "closed":
            connection.connection.close()
            return
        connection.close()
        if how == "killed":  # while it waits in the pool
            while not connection.pool.get_stats().get("pool_available"):
                time.sleep(0.001)
            with psycopg.connect(connection.pool.conninfo, **connection.pool.kwargs) as killer:
                killer.execute("SELECT pg_terminate_backend(%s, 2000)", [pid])
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('pg_temp.left_behind'), count(*) FROM pg_locks WHERE " + OWN_LOCKS)
            assert cursor.fetchone() == (None, 0)

    @invariant()
    def the_server_stands_where_the_code_does(self) -> None:
        if self.here is None:
            with pytest.raises(TenancyError), connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        schema = "public" if self.here == "public" else f"t_{self.here}"
        assert (connection.schema_name, place_of_server()) == (schema, place_of_code())

    def teardown(self) -> None:
        while self.blocks:
            self.blocks.pop().__exit__(Undo, Undo(), None)
        for tenant in _tenants.values():
            with use_tenant(tenant):
                Policy.objects.filter(name__startswith="isolation.").delete()


@pytest.mark.django_db(transaction=True)
def test_the_server_stands_where_the_code_does() -> None:
    _tenants.update({name: find_tenant(name) for name in TENANTS})
    run_state_machine_as_test(
        Isolation,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            phases=PHASES,
        ),
    )
