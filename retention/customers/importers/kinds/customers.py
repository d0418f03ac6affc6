"""Customers: who they are, and whatever else is known of them as traits."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from retention.customers.enums import CustomerKind
from retention.customers.importers.profiles import Target, merge_rows
from retention.customers.importers.registry import Column, ColumnType, Importer, Outcome, register
from retention.customers.importers.stage import CUSTOMERS, ROWS, TOUCHED, Stage

_VALUES = ("name", "email", "phone", "language", "timezone", "birthday", "kind", "source", "joined_at")


def apply_customers(stage: Stage) -> Outcome:
    """An empty cell leaves what is known; other columns are added to the traits."""
    stage.resolve_customers("external_id", email="email", phone="phone")
    names = ", ".join(f"s.{name}" for name in _VALUES[:-1])
    outcome = merge_rows(
        stage,
        Target(
            table="customers_customer",
            key=("id",),
            values=_VALUES,
            source=f"SELECT c.customer_id AS id, {names}, s.created_at AS joined_at, s.extra, s.digest, s.line,"
            f" c.created FROM {ROWS} s JOIN {CUSTOMERS} c ON c.ref = s.external_id",
            extra="traits",
            touch={"updated_at": "%(now)s"},
            created=True,
        ),
    )
    if outcome.kept:
        stage.execute(
            f"CREATE TEMPORARY TABLE {TOUCHED} AS SELECT c.customer_id FROM {CUSTOMERS} c"
            " JOIN customers_customer t ON t.id = c.customer_id"
            " LEFT JOIN customers_customerstate s ON s.customer_id = c.customer_id"
            " WHERE (s.customer_id IS NULL) = (t.kind = 'person')"
        )
        stage.refresh_touched()
    return outcome


CUSTOMERS_KIND = register(
    Importer(
        kind="customers",
        label=_("Customers"),
        help=_("One row per customer. Other columns become traits, which segments and messages can use."),
        extra="traits",
        apply=apply_customers,
        columns=(
            Column(
                "external_id",
                ColumnType.ID,
                _("Customer id"),
                required=True,
                synonyms=(
                    "id",
                    "customer",
                    "customer_id",
                    "user_id",
                    "userid",
                    "member_id",
                    "household_id",
                    "uid",
                    "用户id",
                    "会员id",
                    "会员号",
                    "用户编号",
                ),
            ),
            Column(
                "name",
                ColumnType.TEXT,
                _("Name"),
                synonyms=("full_name", "customer_name", "nickname", "姓名", "昵称", "用户名"),
            ),
            Column(
                "email",
                ColumnType.EMAIL,
                _("E-mail"),
                synonyms=("e_mail", "mail", "email_address", "邮箱", "电子邮箱"),
            ),
            Column(
                "phone",
                ColumnType.PHONE,
                _("Phone"),
                synonyms=("mobile", "tel", "telephone", "phone_number", "手机", "手机号", "电话"),
            ),
            Column("language", ColumnType.LANGUAGE, _("Language"), synonyms=("lang", "locale", "语言")),
            Column("timezone", ColumnType.TIMEZONE, _("Time zone"), synonyms=("tz", "time_zone", "zone", "时区")),
            Column(
                "created_at",
                ColumnType.DATETIME,
                _("Customer since"),
                synonyms=(
                    "joined_at",
                    "signup_date",
                    "registered_at",
                    "signed_up_at",
                    "since",
                    "注册时间",
                    "加入时间",
                ),
            ),
            Column(
                "birthday",
                ColumnType.DATE,
                _("Birthday"),
                synonyms=("birth_date", "date_of_birth", "dob", "生日", "出生日期"),
            ),
            Column(
                "kind",
                ColumnType.CHOICE,
                _("Kind"),
                choices=tuple(CustomerKind.values),
                help=_("staff, test and robot profiles are left out of every number"),
            ),
            Column(
                "source",
                ColumnType.TEXT,
                _("Acquisition source"),
                max_length=80,
                synonyms=(
                    "acquisition_channel",
                    "acquisition_source",
                    "channel",
                    "referral_source",
                    "来源",
                    "渠道",
                    "获客渠道",
                ),
            ),
        ),
    )
)
