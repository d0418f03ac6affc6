"""Late, repeated, corrected and withdrawn facts, in any order, leave the running state equal to a rebuild."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from retention.customers.services.imports import import_file
from retention.customers.services.rebuild import rebuild_all
from tenants.models import Tenant
from tests.customers.facts import expected_states, stored_states
from tests.customers.importers.conftest import NOW

DAYS = st.integers(0, 1100).map(lambda number: (NOW - timedelta(days=1100 - number)).date().isoformat())
PEOPLE = st.sampled_from(["ann", "ben"])
ORDER = st.tuples(
    st.sampled_from(["o1", "o2", "o3", "o4"]),
    PEOPLE,
    DAYS,
    st.sampled_from(["-5", "0", "7.50", "12", "12"]),
    st.sampled_from(["", "tea", "milk"]),
    st.sampled_from(["paid", "paid", "unpaid", "cancelled"]),
    st.sampled_from(["", "3", "12"]),
    st.sampled_from(["", "", "true"]),
)
EVENT = st.tuples(
    st.sampled_from(["e1", "e2", "e3", "e4"]),
    PEOPLE,
    st.sampled_from(["login", "browse"]),
    DAYS,
    st.sampled_from(["", "", "true"]),
)
WITHDRAWN = "event_id,customer,event,occurred_at,deleted"
FILES = st.one_of(
    st.tuples(
        st.just("orders"),
        st.just("order_id,customer,ordered_at,amount,category,status,refunded,deleted"),
        st.lists(ORDER, max_size=5, unique_by=lambda row: row[0]),
    ),
    st.tuples(
        st.just("events"),
        st.just(WITHDRAWN),
        st.lists(EVENT, max_size=5),
    ),
)


NAMED_BY_NOTHING_NEW: list[tuple[str, str, list[tuple[str, ...]]]] = [
    ("events", WITHDRAWN, [("e3", "ann", "login", "2021-05-28", "true")]),
    ("events", WITHDRAWN, [("e3", "ben", "login", "2021-05-28", "true")]),
]
"""The second file changes no fact, and yet names somebody new."""


@example(files=NAMED_BY_NOTHING_NEW)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(FILES, min_size=1, max_size=5))
def test_state_is_kept_as_a_rebuild_would_make_it(
    tenant: Tenant, tmp_path: Path, files: list[tuple[str, str, list[tuple[str, ...]]]]
) -> None:
    with transaction.atomic():
        for number, (kind, header, rows) in enumerate(files):
            path = tmp_path / f"{kind}.csv"
            path.write_text("\n".join([header, *(",".join(row) for row in rows), ""]))
            now = NOW + timedelta(days=number)
            first = import_file(kind=kind, path=path, now=now)[1]
            again = import_file(kind=kind, path=path, now=now)[1]
            assert (first.read, again.unchanged) == (len(rows), len(rows))
            kept = stored_states()
            assert kept == expected_states()
            rebuild_all()
            assert stored_states() == kept
        transaction.set_rollback(True)
