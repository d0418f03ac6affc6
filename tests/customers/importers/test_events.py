"""Events from files."""

from __future__ import annotations

from datetime import timedelta

from retention.customers.models import Account, Customer, CustomerState, Event, EventBehaviour
from tests.customers.facts import expected_states, make_customer, stored_states
from tests.customers.importers.conftest import NOW, Bring, counts, refusals

HEADER = "event_id,customer,account,event,occurred_at,score\n"


def test_events_of_customers_and_accounts(bring: Bring) -> None:
    text = HEADER + "1,ann,,log_in,2024-05-01,\n2,,acme,hand_over,2024-05-02,9\n3,ann,acme,browse,2024-05-03,8.5\n"
    assert counts(bring("events", text)) == (3, 0, 0)
    rows = Event.objects.order_by("event_id").values_list(
        "event_id", "customer__external_id", "account__external_id", "name", "properties"
    )
    assert list(rows) == [
        ("1", "ann", None, "log_in", {}),
        ("2", None, "acme", "hand_over", {"score": 9}),
        ("3", "ann", "acme", "browse", {"score": 8.5}),
    ]
    assert stored_states() == expected_states()
    assert CustomerState.objects.get().login_days == 1
    assert counts(bring("events", text)) == (0, 3, 0)


def test_an_event_of_nobody_is_refused(bring: Bring) -> None:
    result = bring("events", HEADER + "1,,,log_in,2024-05-01,\n2,ann,,,2024-05-01,\n")
    assert counts(result) == (0, 0, 2)
    assert [(row["column"], row["line"]) for row in refusals(result)] == [("customer", "2"), ("event", "3")]


def test_of_one_id_twice_the_last_row_counts(bring: Bring) -> None:
    text = HEADER + "1,ann,,log_in,2024-05-01,\n1,ann,,log_in,2024-05-02,\n1,ann,,log_in,2024-05-02,\n"
    assert counts(bring("events", text)) == (2, 1, 0)
    assert Event.objects.get().occurred_on.day == 2
    assert counts(bring("events", text)) == (0, 3, 0)


def test_a_correction_is_a_newer_version(bring: Bring) -> None:
    bring("events", HEADER + "1,ann,,log_in,2024-05-01,\n")
    later = NOW + timedelta(days=1)
    assert counts(bring("events", HEADER + "1,ben,,log_in,2024-05-01,\n", now=later)) == (1, 0, 0)
    versions = Event.objects.order_by("version").values_list("version", "customer__external_id", "superseded_at")
    assert list(versions) == [(1, "ann", later), (2, "ben", None)]
    assert stored_states() == expected_states()


def test_withdrawal(bring: Bring) -> None:
    bring("events", HEADER + "1,ann,,log_in,2024-05-01,\n")
    gone = "event_id,deleted\n1,true\n2,true\n"
    result = bring("events", gone)
    assert counts(result) == (1, 0, 1)
    assert refusals(result)[0]["value"] == "2"
    event = Event.objects.get(superseded_at=None)
    assert (event.version, event.withdrawn, event.name, event.customer.external_id) == (2, True, "log_in", "ann")  # type: ignore[union-attr]
    assert CustomerState.objects.get().login_days == 0
    assert counts(bring("events", gone)) == (0, 1, 1)


def test_a_customer_merged_away_is_the_one_who_stays(bring: Bring) -> None:
    ann = make_customer("ann", NOW)
    make_customer("old-ann", NOW, merged_into=ann)
    EventBehaviour.objects.get_or_create(name="log_in", defaults={"behaviour": "log_in"})
    bring("events", HEADER + "1,old-ann,,log_in,2024-05-01,\n")
    assert Event.objects.get().customer == ann
    assert (Customer.objects.count(), Account.objects.count()) == (2, 0)
    assert CustomerState.objects.get().customer == ann
