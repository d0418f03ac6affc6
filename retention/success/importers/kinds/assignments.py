"""Assignments: who delivered to an account or customer, and who cared, from when until when."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from retention.customers.importers.profiles import Target, merge_rows
from retention.customers.importers.registry import Column, ColumnType, Importer, Outcome, register
from retention.customers.importers.stage import ACCOUNTS, CUSTOMERS, ROWS, Stage

ROLES = {
    "consultant": "delivers",
    "delivers": "delivers",
    "delivery": "delivers",
    "顾问": "delivers",
    "csm": "cares",
    "cares": "cares",
    "客户成功": "cares",
    "客户成功经理": "cares",
}
_ROLE = (
    "CASE lower(btrim(s.role)) " + " ".join(f"WHEN '{word}' THEN '{role}'" for word, role in ROLES.items()) + " END"
)
_KEY = (
    "md5(concat_ws('|', coalesce('a' || a.account_id, 'c' || c.customer_id), lower(btrim(s.staff)), "
    f'{_ROLE}, s."from"))'
)
_SOURCE = f"""
    SELECT {_KEY} AS key, a.account_id, c.customer_id, s.staff, {_ROLE} AS role,
           s."from" AS starts_on, s."to" AS ends_on,
           s.deleted IS TRUE AS withdrawn, s.extra, s.digest, s.line
    FROM {ROWS} s LEFT JOIN {CUSTOMERS} c ON c.ref = s.customer LEFT JOIN {ACCOUNTS} a ON a.ref = s.account
"""
ALONE = ", ".join(
    f"assignment_one_{role}_{party}" for role in ("delivers", "cares") for party in ("account", "customer")
)
UNTIL = """
    UPDATE success_assignment t SET until = w.until
    FROM (
        SELECT o.id, least(o.ends_on + 1, lead(o.starts_on) OVER (
            PARTITION BY o.account_id, o.customer_id, o.role, o.withdrawn ORDER BY o.starts_on, o.id)) AS until
        FROM success_assignment o WHERE NOT o.withdrawn
    ) w
    WHERE w.id = t.id AND t.until IS DISTINCT FROM w.until
"""


def apply_assignments(stage: Stage) -> Outcome:
    """Known by whom, who, what and since when; whoever takes over ends the one before."""
    stage.refuse(
        "(s.account IS NULL) = (s.customer IS NULL)",
        column="account",
        reason=gettext("An assignment is for an account or for a customer."),
        mend=gettext("Fill in one of the two."),
    )
    stage.refuse(
        f"{_ROLE} IS NULL",
        column="role",
        value="s.role",
        reason=gettext("This role is not known."),
        mend=gettext("Write consultant or csm."),
    )
    stage.refuse(
        's."to" < s."from"',
        column="to",
        value='s."to"',
        reason=gettext("It ends before it begins."),
        mend=gettext("Look at both days."),
    )
    stage.resolve_customers()
    stage.resolve_accounts()
    stage.refresh_created()
    stage.execute(f"SET CONSTRAINTS {ALONE} DEFERRED")  # two overlap until `until` is worked out
    done = merge_rows(
        stage,
        Target(
            table="success_assignment",
            key=("key",),
            values=("account_id", "customer_id", "staff", "role", "starts_on", "ends_on", "withdrawn"),
            source=_SOURCE,
            extra="properties",
            fresh={"recorded_at": "%(now)s"},
        ),
    )
    stage.execute(UNTIL)
    stage.execute(f"SET CONSTRAINTS {ALONE} IMMEDIATE")
    return done


ASSIGNMENTS = register(
    Importer(
        kind="assignments",
        tables=("success_assignment",),
        label=_("Assignments"),
        help=_("Who delivered to an account or customer (consultant), and who cared (csm), from when until when."),
        deletable=True,
        apply=apply_assignments,
        columns=(
            Column(
                "account", ColumnType.ID, _("Account"), synonyms=("account_id", "company", "客户", "客户id", "企业")
            ),
            Column(
                "customer",
                ColumnType.ID,
                _("Customer"),
                synonyms=("customer_id", "user_id", "member_id", "用户", "用户id", "会员id"),
            ),
            Column(
                "staff",
                ColumnType.TEXT,
                _("Who"),
                required=True,
                max_length=254,
                synonyms=("person", "employee", "email", "员工", "人员", "负责人"),
            ),
            Column("role", ColumnType.TEXT, _("Role"), required=True, max_length=40, synonyms=("角色", "职责")),
            Column(
                "from",
                ColumnType.DATE,
                _("From"),
                required=True,
                synonyms=("starts_on", "since", "start", "start_date", "开始日期"),
            ),
            Column("to", ColumnType.DATE, _("To"), synonyms=("ends_on", "until", "end", "end_date", "结束日期")),
        ),
    )
)
