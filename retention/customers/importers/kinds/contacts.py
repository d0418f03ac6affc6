"""Contacts: the part a customer plays in an account."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from retention.customers.enums import ContactRole
from retention.customers.importers.profiles import Target, merge_rows
from retention.customers.importers.registry import Column, ColumnType, Importer, Outcome, register
from retention.customers.importers.stage import ACCOUNTS, CUSTOMERS, ROWS, Stage


def apply_contacts(stage: Stage) -> Outcome:
    """Account, customer and role are the key. One taken back is withdrawn; one who left keeps the day."""
    stage.resolve_customers()
    stage.resolve_accounts()
    stage.refresh_created()
    return merge_rows(
        stage,
        Target(
            table="customers_contact",
            key=("account_id", "customer_id", "role"),
            values=("ended_on", "withdrawn"),
            source="SELECT a.account_id, c.customer_id, coalesce(s.role, 'user') AS role, s.ended_on,"
            " s.deleted IS TRUE AS withdrawn, s.extra, s.digest, s.line"
            f" FROM {ROWS} s JOIN {CUSTOMERS} c ON c.ref = s.customer JOIN {ACCOUNTS} a ON a.ref = s.account",
            extra="properties",
            fresh={"recorded_at": "%(now)s"},
        ),
    )


CONTACTS = register(
    Importer(
        kind="contacts",
        label=_("Contacts"),
        help=_("Which customers act for which account, and in which role."),
        deletable=True,
        apply=apply_contacts,
        columns=(
            Column(
                "account",
                ColumnType.ID,
                _("Account"),
                required=True,
                synonyms=("account_id", "company", "company_id", "客户", "客户id", "企业"),
            ),
            Column(
                "customer",
                ColumnType.ID,
                _("Customer"),
                required=True,
                synonyms=("customer_id", "contact", "contact_id", "user_id", "user", "用户", "用户id", "联系人"),
            ),
            Column(
                "role",
                ColumnType.CHOICE,
                _("Role"),
                choices=tuple(ContactRole.values),
                synonyms=("title", "角色", "职务"),
            ),
            Column("ended_on", ColumnType.DATE, _("Left on"), synonyms=("left_on", "end_date", "离职日期")),
        ),
    )
)
