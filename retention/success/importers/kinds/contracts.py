"""Contracts: what was agreed with an account or a customer, and until when. Each end of a term becomes a renewal."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from retention.common.ids import UUID7_SQL
from retention.customers.importers.profiles import Target, merge_rows
from retention.customers.importers.registry import Column, ColumnType, Importer, Outcome, register
from retention.customers.importers.stage import ACCOUNTS, CUSTOMERS, ROWS, Stage
from retention.success.enums import ContractStatus

TERMS = ("product", "starts_on", "ends_on", "amount", "auto_renew", "status", "withdrawn")
_SOURCE = f"""
    SELECT s.contract_id, coalesce(a.account_id, k.account_id) AS account_id,
           coalesce(c.customer_id, k.customer_id) AS customer_id, coalesce(s.product, k.product, '') AS product,
           coalesce(s.starts_on, k.starts_on) AS starts_on, s.ends_on, s.amount, s.auto_renew,
           coalesce(s.status, k.status, 'active') AS status, s.deleted IS TRUE AS withdrawn, s.extra, s.digest, s.line
    FROM {ROWS} s LEFT JOIN {CUSTOMERS} c ON c.ref = s.customer LEFT JOIN {ACCOUNTS} a ON a.ref = s.account
    LEFT JOIN success_contract k ON k.contract_id = s.contract_id
"""
_SAYS = ", ".join(f"k.{name}" for name in TERMS)
_DIGEST = f"md5(jsonb_build_array({_SAYS}, k.properties)::text)"
_VERSIONS = f"""
    WITH changed AS (
        SELECT k.*, {_DIGEST} AS now_says FROM success_contract k WHERE k.updated_at = %(now)s
    ), ended AS (
        UPDATE success_contractversion v SET superseded_at = %(now)s FROM changed k
        WHERE v.contract_id = k.id AND v.superseded_at IS NULL AND v.digest <> k.now_says RETURNING v.contract_id
    )
    INSERT INTO success_contractversion
        (contract_id, number, digest, {", ".join(TERMS)}, properties, recorded_at)
    SELECT k.id, coalesce((SELECT max(v.number) FROM success_contractversion v WHERE v.contract_id = k.id), 0) + 1,
           k.now_says, {_SAYS}, k.properties, %(now)s
    FROM changed k
    WHERE k.id IN (SELECT contract_id FROM ended)
       OR NOT EXISTS (SELECT FROM success_contractversion v WHERE v.contract_id = k.id)
"""
_RENEWALS = f"""
    INSERT INTO success_renewal AS r (public_id, contract_id, ends_on, amount, status, withdrawn)
    SELECT {UUID7_SQL}, k.id, k.ends_on, k.amount, 'open', false FROM success_contract k
    WHERE k.updated_at = %(now)s AND k.ends_on IS NOT NULL AND k.status IN ('active', 'ended') AND NOT k.withdrawn
    ORDER BY k.id
    ON CONFLICT (contract_id, ends_on) DO UPDATE SET amount = excluded.amount, withdrawn = false
    WHERE r.status = 'open'
"""
_GONE = """
    UPDATE success_renewal r SET withdrawn = true FROM success_contract k
    WHERE k.id = r.contract_id AND k.updated_at = %(now)s AND r.status = 'open' AND NOT r.withdrawn
      AND (k.withdrawn OR k.status NOT IN ('active', 'ended') OR k.ends_on IS DISTINCT FROM r.ends_on)
"""


def _merged(having: str) -> str:
    """The rows of each contract that is `having`, over its rows in the file (g) and what is kept of it (k)."""
    return (
        f"s.contract_id IN (SELECT g.contract_id FROM {ROWS} g"
        f" LEFT JOIN success_contract k ON k.contract_id = g.contract_id GROUP BY g.contract_id, k.id HAVING {having})"
    )


def _last(name: str) -> str:
    """What a contract will say: its last row that fills `name` in, or what is kept."""
    given = f"(array_agg(g.{name} ORDER BY g.line DESC) FILTER (WHERE g.{name} IS NOT NULL))[1]"
    return f"coalesce({given}, k.{name})"


def apply_contracts(stage: Stage) -> Outcome:
    """A contract is known by its id; what a later row fills in changes it, and what it said before is kept."""
    stage.refuse(
        _merged(
            "(bool_or(g.account IS NOT NULL) OR k.account_id IS NOT NULL)"
            " = (bool_or(g.customer IS NOT NULL) OR k.customer_id IS NOT NULL)"
        ),
        column="account",
        reason=gettext("A contract is with an account or with a customer."),
        mend=gettext("Fill in one of the two, the same one in every row of the contract."),
    )
    stage.refuse(
        _merged(f"{_last('starts_on')} IS NULL"),
        column="starts_on",
        reason=gettext("The first day of the contract is missing."),
        mend=gettext("Fill it in."),
    )
    stage.refuse(
        _merged(f"{_last('ends_on')} < {_last('starts_on')}"),
        column="ends_on",
        value="s.ends_on",
        reason=gettext("The contract ends before it begins."),
        mend=gettext("Look at both days."),
    )
    stage.resolve_customers()
    stage.resolve_accounts()
    stage.refresh_created()
    done = merge_rows(
        stage,
        Target(
            table="success_contract",
            key=("contract_id",),
            values=("account_id", "customer_id", *TERMS),
            source=_SOURCE,
            extra="properties",
            fresh={"public_id": UUID7_SQL, "recorded_at": "%(now)s", "updated_at": "%(now)s"},
            touch={"updated_at": "%(now)s"},
        ),
    )
    if done.kept:
        for sql in (_VERSIONS, _RENEWALS, _GONE):
            stage.execute(sql)
    return done


CONTRACTS = register(
    Importer(
        kind="contracts",
        tables=("success_contract", "success_contractversion", "success_renewal"),
        label=_("Contracts"),
        help=_("What was agreed with an account or a customer, and until when."),
        deletable=True,
        apply=apply_contracts,
        columns=(
            Column(
                "contract_id",
                ColumnType.ID,
                _("Contract id"),
                required=True,
                synonyms=(
                    "id",
                    "contract",
                    "contract_no",
                    "subscription_id",
                    "合同号",
                    "合同编号",
                    "合同id",
                    "订阅id",
                ),
            ),
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
                "product",
                ColumnType.TEXT,
                _("Product"),
                max_length=200,
                synonyms=("plan", "plan_tier", "item", "产品", "套餐"),
            ),
            Column(
                "starts_on",
                ColumnType.DATE,
                _("Starts on"),
                synonyms=("start", "start_date", "from", "begins_on", "开始日期", "生效日期"),
            ),
            Column(
                "ends_on",
                ColumnType.DATE,
                _("Ends on"),
                synonyms=("end", "end_date", "until", "to", "expires_on", "到期日", "结束日期"),
            ),
            Column("amount", ColumnType.MONEY, _("Amount"), synonyms=("price", "value", "fee", "金额", "合同金额")),
            Column("currency", ColumnType.CURRENCY, _("Currency"), synonyms=("币种", "货币")),
            Column(
                "auto_renew",
                ColumnType.BOOLEAN,
                _("Renews itself"),
                synonyms=("auto_renewal", "auto_renew_flag", "自动续费", "自动续约"),
            ),
            Column(
                "status",
                ColumnType.CHOICE,
                _("Status"),
                choices=tuple(ContractStatus.values),
                synonyms=("state", "状态"),
            ),
        ),
    )
)
