"""The fifteen ready segments of DEFINITIONS §5. Their numbers are policies; each leaves out who is gone for good."""

from __future__ import annotations

from dataclasses import dataclass

from tenants.policies import JSONValue

Rule = dict[str, JSONValue]


@dataclass(frozen=True)
class Ready:
    """A segment that comes with the product: its names, its meaning in a sentence, its rule."""

    code: str
    name: str
    name_zh: str
    description: str
    description_zh: str
    rule: Rule


def _is(field: str, op: str, value: JSONValue = None, **params: JSONValue) -> Rule:
    clause: Rule = {"field": field, "op": op}
    if value is not None:
        clause["value"] = value
    if params:
        clause["params"] = dict(params)
    return clause


def _all(*parts: Rule) -> Rule:
    return {"all": list(parts)}


def _any(*parts: Rule) -> Rule:
    return {"any": list(parts)}


def _set(segment: str, key: str) -> Rule:
    """What the tenant's policy of `segment` says."""
    return {"policy": f"segments.{segment}", "key": key}


def _bound(pool: str) -> Rule:
    """The r at which `pool` begins."""
    return {"policy": "pools.bounds", "key": pool}


NOT_GONE: Rule = {"not": _is("pool", "in", ["gone"])}
HIGH_VALUE = _is("high_value", "is", True)


def _ready(code: str, name: str, name_zh: str, description: str, description_zh: str, *parts: Rule) -> Ready:
    return Ready(code, name, name_zh, description, description_zh, _all(*parts, NOT_GONE))


READY = (
    _ready(
        "high_value_quiet",
        "High value, quiet",
        "高价值沉默",
        "High-value customers with no order and no log-in for 30 days or more.",
        "高价值用户，30天及以上没有下单也没有登录。",
        HIGH_VALUE,
        _is("quiet_days", "ge", _set("high_value_quiet", "days")),
    ),
    _ready(
        "high_value_lost",
        "High value, lost",
        "高价值流失",
        "High-value customers who are lost: silent for twice their own threshold.",
        "已流失的高价值用户：沉默达到自身阈值的两倍。",
        HIGH_VALUE,
        _is("pool", "in", ["lost"]),
    ),
    _ready(
        "silent_browsing",
        "Silent but browsing",
        "沉默仍浏览",
        "They stopped buying, but still looked at products on at least 2 of the last 14 days.",
        "已不再购买，但近14天内至少2天仍在浏览商品。",
        _is("purchase_r", "ge", _bound("hibernating")),
        _is(
            "product_view_days",
            "ge",
            _set("silent_browsing", "views"),
            days=_set("silent_browsing", "window"),
        ),
    ),
    _ready(
        "browsed_no_order",
        "Browsed, no order",
        "浏览未下单",
        "They looked at a product that day, ordered nothing, and bought nothing of its category in 7 days.",
        "当日浏览了商品却没有下单，且7天内未购买该品类。",
        _is("viewed_unbought", "ge", 1, days=_set("browsed_no_order", "days")),
        _is("orders", "eq", 0, days=1),
    ),
    _ready(
        "unfinished_order",
        "Unfinished order",
        "未完成订单",
        "A cart line or unpaid order of something on sale waits since 1 hour to 7 days.",
        "购物车商品或未付款订单已搁置1小时至7天，且商品仍在售。",
        _is(
            "unfinished_items",
            "ge",
            1,
            from_hours=_set("unfinished_order", "from_hours"),
            to_hours=_set("unfinished_order", "to_hours"),
        ),
    ),
    _ready(
        "nps_low_away",
        "Low score and away",
        "低分久未登录",
        "Their latest NPS score is under 6 and at most 90 days old, and they have not logged in for over 7 days.",
        "最近一次NPS评分低于6分且在90天内，并已超过7天未登录。",
        _is("nps_score", "lt", _set("nps_low_away", "below")),
        _is("nps_age", "le", _set("nps_low_away", "age")),
        _is("login_gap", "gt", _set("nps_low_away", "gap")),
    ),
    _ready(
        "spend_falling",
        "Spend falling",
        "消费走低",
        "Net revenue fell in two complete months running, to 70 % or less of where it stood.",
        "净收入连续两个完整自然月下降，降至原来的70%及以下。",
        _is("spend_kept", "le", _set("spend_falling", "kept")),
    ),
    _ready(
        "login_fading",
        "Logging in less",
        "登录走低",
        "They logged in on at least 8 of 28 days, and in the last 7 at less than half of that pace.",
        "此前28天内至少8天登录，最近7天的登录频次不到原来的一半。",
        _is("login_days", "ge", _set("login_fading", "days"), days=28, before=7),
        _is("login_pace", "lt", _set("login_fading", "pace")),
    ),
    _ready(
        "false_churn",
        "False churn",
        "假性流失",
        "They are slipping away, but in the last 30 days they left a cart, followed something or posted.",
        "看似正在流失，但近30天内有购物车未结、关注收藏或社区互动。",
        _is("false_churn", "is", True),
    ),
    _ready(
        "price_lost",
        "Lost on price",
        "价格敏感流失",
        "Hibernating or lost, and price is their reason, or most of their orders came with a coupon.",
        "处于冬眠或流失，原因是价格，或多数订单使用了优惠券。",
        _is("pool", "in", ["hibernating", "lost"]),
        _any(
            _is("churn_reason", "in", ["price"], confidence=_set("price_lost", "confidence")),
            _all(
                _is("orders_to_last", "ge", _set("price_lost", "orders"), days=_set("price_lost", "days")),
                _is(
                    "coupon_share_to_last",
                    "ge",
                    _set("price_lost", "coupon_share"),
                    days=_set("price_lost", "days"),
                ),
            ),
        ),
    ),
    _ready(
        "service_lost",
        "Hurt by service",
        "服务受伤流失",
        "They grow silent after a service complaint that was not both resolved and rated 4 or 5.",
        "服务投诉没有得到解决并获得4分以上评价，之后走向沉默。",
        _is("r", "ge", _bound("at_risk")),
        _is("unhealed_service_complaints", "ge", 1, before=_set("service_lost", "before")),
    ),
    _ready(
        "category_moved",
        "Moved category",
        "品类迁移",
        "Silent in a category they bought on at least 3 days, while still buying another.",
        "在曾至少3天下单的品类中已沉默，但仍在购买其他品类。",
        _is("categories_left", "ge", 1, order_days=_set("category_moved", "order_days")),
    ),
    _ready(
        "deal_dependent",
        "Waits for deals",
        "优惠依赖",
        "At least 4 orders in a year, 80 % or more with a coupon, most of these within 7 days of its grant.",
        "一年内至少4单，八成及以上使用优惠券，且多数在发券后7天内。",
        _is("orders", "ge", _set("deal_dependent", "orders"), days=_set("deal_dependent", "days")),
        _is("coupon_share", "ge", _set("deal_dependent", "coupon_share"), days=_set("deal_dependent", "days")),
        _is(
            "coupon_soon_share",
            "gt",
            _set("deal_dependent", "most"),
            days=_set("deal_dependent", "days"),
            within=_set("deal_dependent", "within"),
        ),
    ),
    _ready(
        "back_watch",
        "Just back",
        "回流观察",
        "They left hibernating or lost within the last 30 days: the time in which many leave again.",
        "30天内刚从冬眠或流失中回来：这段时间最容易再次流失。",
        _is("days_since_return", "le", _set("back_watch", "days")),
    ),
    _ready(
        "renewal_at_risk",
        "Renewal at risk",
        "续费风险",
        "A paid term ends within 90 days, is not renewed, and something speaks against it: health, "
        "a new consultant, or auto-renewal switched off.",
        "付费期将在90天内结束且未续费，并有不利迹象：健康度最低档、顾问更换或已关闭自动续费。",
        _is("membership_ends_in", "between", [0, _set("renewal_at_risk", "days")]),
        _any(
            _is("health_band", "in", ["risk"]),
            _is("account_health_band", "in", ["risk"]),
            _is("consultant_changed_days", "le", _set("renewal_at_risk", "consultant")),
            _is("auto_renew_off", "is", True),
        ),
    ),
)
