"""Accounts: companies, who cares for them and who delivers. A change of these people is an event."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from retention.customers.importers.profiles import Target, merge_rows
from retention.customers.importers.registry import Column, ColumnType, Importer, Outcome, register
from retention.customers.importers.stage import ACCOUNTS, HEADS, ROWS, Stage
from retention.customers.services.handovers import StaffRole, note_handovers

_VALUES = ("name", "csm", "consultant", "consultant_since", "parent_id", "joined_at")


def apply_accounts(stage: Stage) -> Outcome:
    """An empty cell leaves what is known; other columns are added to the traits."""
    stage.resolve_accounts("external_id", "parent")
    return merge_rows(
        stage,
        Target(
            table="customers_account",
            key=("id",),
            values=_VALUES,
            source="SELECT a.account_id AS id, s.name, s.csm, s.consultant, s.consultant_since,"
            " p.account_id AS parent_id, s.created_at AS joined_at, s.extra, s.digest, s.line, a.created"
            f" FROM {ROWS} s JOIN {ACCOUNTS} a ON a.ref = s.external_id LEFT JOIN {ACCOUNTS} p ON p.ref = s.parent",
            extra="traits",
            touch={"updated_at": "%(now)s"},
            created=True,
            before_update=_note_handovers,
        ),
    )


def _note_handovers(stage: Stage) -> None:
    """Where somebody else takes over, the account gets an event."""
    roles: tuple[tuple[StaffRole, str], ...] = (("consultant", "h.consultant_since"), ("csm", "NULL::date"))
    for role, since in roles:
        changes = (
            f"SELECT h.id, h.{role} AS taker, coalesce({since}::timestamp AT TIME ZONE %(zone)s, %(now)s) AS moment"
            f" FROM {HEADS} h"
        )
        note_handovers(changes, role, stage.params)


ACCOUNTS_KIND = register(
    Importer(
        kind="accounts",
        label=_("Accounts"),
        help=_("One row per company. Other columns become traits."),
        extra="traits",
        apply=apply_accounts,
        columns=(
            Column(
                "external_id",
                ColumnType.ID,
                _("Account id"),
                required=True,
                synonyms=("id", "account", "account_id", "company_id", "客户id", "客户编号", "企业id"),
            ),
            Column(
                "name",
                ColumnType.TEXT,
                _("Name"),
                synonyms=("account_name", "company", "company_name", "客户名称", "企业名称", "公司名称"),
            ),
            Column(
                "csm", ColumnType.TEXT, _("CSM"), synonyms=("csm_email", "owner", "account_manager", "客户成功经理")
            ),
            Column(
                "consultant",
                ColumnType.TEXT,
                _("Consultant"),
                synonyms=("implementation_consultant", "实施顾问", "顾问"),
            ),
            Column(
                "consultant_since", ColumnType.DATE, _("Consultant since"), synonyms=("顾问起始日期", "顾问开始日期")
            ),
            Column(
                "parent",
                ColumnType.ID,
                _("Parent account"),
                synonyms=("parent_id", "parent_account", "上级客户", "母公司"),
            ),
            Column(
                "created_at",
                ColumnType.DATETIME,
                _("Customer since"),
                synonyms=("joined_at", "signup_date", "since", "customer_since", "签约时间", "注册时间"),
            ),
        ),
    )
)
