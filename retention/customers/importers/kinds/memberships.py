"""Memberships: which level a customer holds since when; a paid one has an end."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from retention.customers.importers.profiles import Target, merge_rows
from retention.customers.importers.registry import Column, ColumnType, Importer, Outcome, register
from retention.customers.importers.stage import CUSTOMERS, ROWS, Stage

CANCELLED = ("cancelled", "canceled", "已取消", "取消", "已退订")
"""What a status says of a membership that was cancelled; any other word takes that back."""


def apply_memberships(stage: Stage) -> Outcome:
    """A customer's level and its day are the key; end, renewal, price and whether it was cancelled may change.

    One kept with its days in the wrong order may still be taken back.
    """
    stage.refuse(
        "s.ends_on < s.since AND s.deleted IS NOT TRUE",
        column="ends_on",
        value="s.ends_on",
        reason=gettext("The membership ends before it begins."),
        mend=gettext("Look at both days."),
    )
    stage.resolve_customers()
    stage.refresh_created()
    outcome = merge_rows(
        stage,
        Target(
            table="customers_membership",
            key=("customer_id", "level", "since"),
            values=("ends_on", "auto_renew", "cancelled", "cancelled_on", "amount", "withdrawn"),
            source="SELECT c.customer_id, s.level, s.since, s.ends_on, s.auto_renew, s.amount,"
            f" coalesce(lower(s.status) IN {CANCELLED}, s.cancelled_at IS NOT NULL OR NULL) AS cancelled,"
            " s.cancelled_at AS cancelled_on,"
            " s.deleted IS TRUE AS withdrawn, s.extra, s.digest, s.line"
            f" FROM {ROWS} s JOIN {CUSTOMERS} c ON c.ref = s.customer",
            extra="properties",
            fresh={"recorded_at": "%(now)s"},
        ),
    )
    if outcome.kept:
        stage.touch([])  # a level multiplies what is earned while it is held
        stage.refresh_touched()
    return outcome


MEMBERSHIPS = register(
    Importer(
        kind="memberships",
        label=_("Memberships"),
        help=_("The level a customer holds from a day on."),
        deletable=True,
        apply=apply_memberships,
        columns=(
            Column(
                "customer",
                ColumnType.ID,
                _("Customer"),
                required=True,
                synonyms=("customer_id", "user_id", "userid", "member_id", "用户", "用户id", "会员id", "会员号"),
            ),
            Column(
                "level",
                ColumnType.TEXT,
                _("Level"),
                required=True,
                max_length=60,
                synonyms=("tier", "membership", "grade", "plan", "等级", "会员等级", "级别"),
            ),
            Column(
                "since",
                ColumnType.DATE,
                _("Since"),
                required=True,
                synonyms=("starts_on", "start_date", "from", "date", "开始日期", "生效日期", "起始日期"),
            ),
            Column(
                "ends_on",
                ColumnType.DATE,
                _("Ends on"),
                synonyms=("end_date", "until", "to", "expires_on", "到期日", "结束日期", "截止日期"),
            ),
            Column(
                "auto_renew", ColumnType.BOOLEAN, _("Renews itself"), synonyms=("auto_renewal", "自动续费", "自动续约")
            ),
            Column(
                "status",
                ColumnType.TEXT,
                _("Status"),
                max_length=60,
                synonyms=("state", "状态"),
            ),
            Column(
                "cancelled_at",
                ColumnType.DATE,
                _("Cancelled on"),
                synonyms=("cancelled_on", "canceled_at", "cancel_date", "取消日期", "退订日期"),
            ),
            Column("amount", ColumnType.MONEY, _("Amount"), synonyms=("price", "fee", "费用", "金额", "会费")),
            Column("currency", ColumnType.CURRENCY, _("Currency"), synonyms=("币种", "货币")),
        ),
    )
)
