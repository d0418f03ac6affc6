"""Behaviour events of customers or accounts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from retention.customers.importers.registry import Column, ColumnType, Importer, Outcome, register
from retention.customers.importers.stage import ACCOUNTS, CUSTOMERS, ROWS, Stage
from retention.customers.services.facts.events import insert_new_events, replace_changed_events

_SOURCE = f"""(
    SELECT {{distinct}} s.event_id, c.customer_id, a.account_id, s.event AS name, s.occurred_at,
           s.extra AS properties, s.digest, coalesce(s.deleted, false) AS withdrawn
    FROM {ROWS} s LEFT JOIN {CUSTOMERS} c ON c.ref = s.customer LEFT JOIN {ACCOUNTS} a ON a.ref = s.account
    {{order}}
)"""


def apply_events(stage: Stage) -> Outcome:
    """New ids are inserted, known ones with other content get a newer version; of one id twice the last row counts."""
    stage.derive_ids()
    stage.refuse_unknown_withdrawals(
        "customers_event",
        "event_id",
        incomplete="s.event IS NULL OR s.occurred_at IS NULL OR coalesce(s.customer, s.account) IS NULL",
    )
    stage.resolve_customers()
    stage.resolve_accounts()
    total = stage.number(f"SELECT count(*) FROM {ROWS}")
    twice = total - stage.number(f"SELECT count(DISTINCT event_id) FROM {ROWS}")
    source = _SOURCE.format(distinct="", order="ORDER BY s.event_id")
    overruled = 0
    if twice:
        source = _SOURCE.format(distinct="DISTINCT ON (s.event_id)", order="ORDER BY s.event_id, s.line DESC")
        overruled = stage.count_overruled("customers_event", "event_id")
    new = insert_new_events(source, stage.params)[0][0]
    changed = 0
    displaced: list[int] = []
    if new < total - twice:
        changed, displaced = replace_changed_events(source, stage.params)
    if new or changed:
        stage.touch(displaced)
        stage.refresh_touched()
    else:
        stage.refresh_created()
    kept = new + changed + overruled
    return Outcome(kept, total - kept)


EVENTS = register(
    Importer(
        kind="events",
        label=_("Events"),
        help=_("What customers or accounts did, one row each."),
        id_column="event_id",
        deletable=True,
        any_of=(("customer", "account"),),
        apply=apply_events,
        columns=(
            Column(
                "event_id",
                ColumnType.ID,
                _("Event id"),
                synonyms=("id", "message_id", "messageid", "事件id", "行为id"),
            ),
            Column(
                "customer",
                ColumnType.ID,
                _("Customer"),
                synonyms=(
                    "customer_id",
                    "user",
                    "user_id",
                    "userid",
                    "member_id",
                    "client_id",
                    "用户",
                    "用户id",
                    "会员id",
                ),
            ),
            Column(
                "account",
                ColumnType.ID,
                _("Account"),
                synonyms=("account_id", "company", "company_id", "客户", "客户id", "企业"),
            ),
            Column(
                "event",
                ColumnType.TEXT,
                _("Event"),
                required=True,
                synonyms=("event_name", "name", "action", "activity", "type", "事件", "事件名", "行为"),
            ),
            Column(
                "occurred_at",
                ColumnType.DATETIME,
                _("Occurred at"),
                required=True,
                synonyms=(
                    "timestamp",
                    "time",
                    "date",
                    "datetime",
                    "created_at",
                    "event_time",
                    "时间",
                    "发生时间",
                    "日期",
                ),
            ),
        ),
    )
)
