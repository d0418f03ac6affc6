"""What a text may mention: each variable with its words and what stands in its place where nothing is known."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from retention.common.registry import Registry
from retention.customers.languages import is_chinese


@dataclass(frozen=True)
class Variable:
    """A variable `name`: `label` for the marketer, `fallback` in both languages, `sample` for a first look."""

    name: str
    label: Promise | str
    fallback: str
    fallback_zh: str
    sample: str
    sample_zh: str
    by_sending: bool = False
    """True for what exists only when a message is made: coupons and links."""


variables: Registry[Variable] = Registry("template variable", key=lambda variable: variable.name)


def fallback_of(name: str, language: str) -> str:
    """What is printed for `name` where nothing is known; may be empty."""
    variable = variables[name]
    return variable.fallback_zh if is_chinese(language) else variable.fallback


def samples(language: str) -> dict[str, str]:
    """Made-up values of all variables, for a preview without a customer."""
    return {each.name: each.sample_zh if is_chinese(language) else each.sample for each in variables}


KNOWN = (
    Variable("nickname", _("nickname, else name"), "there", "亲爱的用户", "Lin", "小林"),
    Variable("account_name", _("name of the account"), "your team", "贵公司", "Northwind Ltd", "北风科技"),
    Variable("adviser", _("who looks after the customer"), "your adviser", "您的专属顾问", "Iris Chen", "陈思"),
    Variable("last_item", _("last bought item"), "your favourites", "您常买的商品", "Whole milk, 1 l", "全脂牛奶 1L"),
    Variable("last_category", _("category last bought from"), "your favourites", "您常逛的品类", "Dairy", "乳品"),
    Variable("viewed_item", _("last viewed item"),
             "what you looked at", "您看过的商品", "Toddler formula", "幼儿配方奶粉"),
    Variable("cart_item", _("item left in the cart"),
             "what you had chosen", "您选好的商品", "Nappies, size M", "纸尿裤 M 码"),
    Variable("next_item", _("item most due by the customer’s own rhythm"),
             "your favourites", "您常买的商品", "Toddler formula", "幼儿配方奶粉"),
    Variable("restock_date", _("day on which it will be due"), "soon", "近期", "31 March", "3月31日"),
    Variable("points", _("growth points"), "0", "0", "1,280", "1,280"),
    Variable("tier", _("membership level"), "member", "会员", "V4", "V4"),
    Variable("tags", _("external tags"), "", "", "VIP, mother", "VIP、宝妈"),
    Variable("stage", _("stage of life, such as the baby’s age"),
             "this stage", "这个阶段", "8 months old", "8 个月大"),
    Variable("year_orders", _("orders in the last twelve months on record"),
             "your orders", "您的每一单", "14 orders", "14 笔订单"),
    Variable("year_items", _("different items in those months"),
             "your favourites", "您挑选的好物", "31 items", "31 件商品"),
    Variable("year_favourite", _("favourite category in those months"),
             "your favourites", "您常买的品类", "Dairy", "乳品"),
    Variable("year_since", _("customer since"), "a while ago", "一段时间前", "March 2023", "2023年3月"),
    Variable("shop_name", _("your shop’s name"), "us", "我们", "Acme", "Acme"),
    Variable("coupon_code", _("code of the coupon"), "", "", "BACK-7K2M9Q", "BACK-7K2M9Q", by_sending=True),
    Variable("coupon_worth", _("what the coupon is worth"), "", "", "¥5", "5 元", by_sending=True),
    Variable("coupon_until", _("last day of the coupon"), "", "", "31 March", "3月31日", by_sending=True),
    Variable("shop_link", _("address of the shop"), "", "", "https://shop.example", "https://shop.example"),
    Variable("preferences_link", _("address of the preference page"), "", "", "https://shop.example/p/…",
             "https://shop.example/p/…", by_sending=True),
    Variable("unsubscribe_link", _("address that turns this channel off"), "", "", "https://shop.example/u/…",
             "https://shop.example/u/…", by_sending=True),
    Variable("why_link", _("address of “why did I get this”"), "", "", "https://shop.example/why/…",
             "https://shop.example/why/…", by_sending=True),
    Variable("survey_link", _("address of the survey, for this customer"), "", "", "https://shop.example/s/…",
             "https://shop.example/s/…", by_sending=True),
)  # fmt: skip
for _variable in KNOWN:
    variables.register(_variable)
