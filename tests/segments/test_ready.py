"""Each ready segment on customers just inside and just outside of its rule."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from retention.customers.models import Customer, Membership
from retention.customers.timeline.words import RESOLVED
from retention.segments.models import Segment
from retention.segments.ready import READY
from tenants.governance.models import Policy
from tests.segments.world import D, World, at, hours_before_end

CODES = [
    "high_value_quiet", "high_value_lost", "silent_browsing", "browsed_no_order", "unfinished_order", "nps_low_away",
    "spend_falling", "login_fading", "false_churn", "price_lost", "service_lost", "category_moved", "deal_dependent",
    "back_watch", "renewal_at_risk",
]  # fmt: skip


def test_every_tenant_starts_with_the_fifteen(world: World) -> None:
    assert list(Segment.objects.filter(ready=True).values_list("code", flat=True)) == CODES
    assert {s.code: (s.name, s.name_zh, s.rule) for s in Segment.objects.all()} == {
        r.code: (r.name, r.name_zh, r.rule) for r in READY
    }


def test_high_value_quiet_needs_thirty_days_without_order_and_without_log_in(world: World) -> None:
    for name, order, login, high in [
        ("in", 30, 30, True),
        ("never logged in", 30, None, True),
        ("ordered", 29, 60, True),
        ("logged in", 60, 29, True),
        ("low", 90, 90, False),
    ]:
        someone = world.customer(name)
        world.order(someone, order)
        if login is not None:
            world.log_in(someone, login)
        world.score(someone, high_value=high)
    assert world.members("high_value_quiet") == ["in", "never logged in"]


def test_its_thirty_days_are_a_policy(world: World) -> None:
    someone = world.customer("c")
    world.order(someone, 29)
    world.score(someone, high_value=True)
    assert world.members("high_value_quiet") == []
    Policy.objects.create(name="segments.high_value_quiet", value={"days": 29})
    assert world.members("high_value_quiet") == ["c"]


def test_high_value_lost(world: World) -> None:
    for name, pool, high in [("in", "lost", True), ("low", "lost", False), ("asleep", "hibernating", True)]:
        world.score(world.customer(name), pool=pool, high_value=high)
    assert world.members("high_value_lost") == ["in"]


def test_silent_browsing_needs_views_on_two_of_the_last_fourteen_days(world: World) -> None:
    for name, r, days in [
        ("in", 1.0, (0, 13)),
        ("one day", 1.0, (3, 3)),
        ("too early", 1.0, (0, 14)),
        ("not silent", 0.999, (0, 1)),
    ]:
        someone = world.customer(name)
        world.score(someone, purchase_r=r, pool="hibernating")
        for day in days:
            world.event(someone, "Product Viewed", at(day), product_id="p1")
    other = world.customer("no product")
    world.score(other, purchase_r=1.0)
    world.event(other, "Product Viewed", at(0))
    world.event(other, "Product Viewed", at(1))
    assert world.members("silent_browsing") == ["in"]


def test_browsed_no_order_looks_at_the_day_and_at_the_category(world: World) -> None:
    world.product("cup", category="kitchen")
    for name, viewed, orders in [
        ("in", 0, [(7, "kitchen"), (1, "garden")]),
        ("bought of it six days ago", 0, [(6, "kitchen")]),
        ("ordered that day", 0, [(0, "garden")]),
        ("viewed the day before", 1, []),
    ]:
        someone = world.customer(name)
        world.event(someone, "Product Viewed", at(viewed), product_id="cup")
        for day, category in orders:
            world.order(someone, day, category=category)
    assert world.members("browsed_no_order") == ["in"]


def test_browsed_no_order_takes_the_category_from_the_view_too(world: World) -> None:
    someone = world.customer("c")
    world.event(someone, "Product Viewed", at(0), product_id="unheard of", category="kitchen")
    assert world.members("browsed_no_order") == ["c"]
    world.order(someone, 2, category="kitchen")
    assert world.members("browsed_no_order") == []


def test_unfinished_order_is_one_hour_to_seven_days_old(world: World) -> None:
    world.product("cup")
    world.product("mug", on_sale=False)
    added = {
        "one hour": (1.0, "cup"),
        "under an hour": (0.99, "cup"),
        "seven days": (168.0, "cup"),
        "older": (168.01, "cup"),
        "not on sale": (5.0, "mug"),
        "not in the catalogue": (5.0, "jug"),
        "removed": (5.0, "cup"),
        "cleared": (5.0, "cup"),
        "completed": (5.0, "cup"),
        "paid": (5.0, "cup"),
        "paid something else": (5.0, "cup"),
        "added again": (5.0, "cup"),
    }
    people = {name: world.customer(name) for name in added}
    for name, (hours, product) in added.items():
        world.event(people[name], "Product Added", hours_before_end(hours), product_id=product)
    later = hours_before_end(4)
    world.event(people["removed"], "Product Removed", later, product_id="cup")
    world.event(people["cleared"], "Cart Cleared", later)
    world.event(people["completed"], "Order Completed", later, products=[])
    world.order(people["paid"], 0, when=later, product=world.product("saucer"))
    world.order(people["paid"], 0, when=later)
    world.order(people["paid something else"], 0, when=later, product=world.product("plate"))
    world.event(people["added again"], "Product Removed", hours_before_end(6), product_id="cup")
    assert world.members("unfinished_order") == [
        "added again", "not in the catalogue", "one hour", "paid something else", "seven days",
    ]  # fmt: skip


def test_an_unpaid_order_is_unfinished_too(world: World) -> None:
    mug = world.product("mug", on_sale=False)
    cup = world.product("cup")
    world.order(world.customer("unpaid"), 0, when=hours_before_end(2), status="unpaid", product=cup)
    world.order(world.customer("fresh"), 0, when=hours_before_end(0.5), status="unpaid", product=cup)
    world.order(world.customer("sold out"), 0, when=hours_before_end(2), status="unpaid", product=mug)
    world.order(world.customer("cancelled"), 0, when=hours_before_end(2), status="cancelled", product=cup)
    assert world.members("unfinished_order") == ["unpaid"]


def test_nps_low_away(world: World) -> None:
    for name, scores, login in [
        ("in", [(90, 5)], 8),
        ("six", [(10, 6)], 8),
        ("old answer", [(91, 1)], 8),
        ("here lately", [(10, 1)], 7),
        ("rose since", [(20, 1), (10, 9)], 8),
        ("fell since", [(20, 9), (10, 0)], 30),
        ("never logged in", [(10, 1)], None),
    ]:
        someone = world.customer(name)
        for day, score in scores:
            world.event(someone, "nps_answered", at(day), score=score)
        if login is not None:
            world.log_in(someone, login)
    assert world.members("nps_low_away") == ["fell since", "in"]


def test_spend_falling_compares_three_complete_months(world: World) -> None:
    """As of 31 March the months are January, February, March."""
    for name, january, february, march in [
        ("in", "100", "80", "70"),
        ("just over", "100", "80", "70.01"),
        ("flat", "100", "100", "10"),
        ("rose again", "100", "50", "60"),
        ("nothing in February", "100", "0", "-5"),
        ("nothing in March", "100", "1", None),
    ]:
        someone = world.customer(name)
        for day, amount in [(75, january), (45, february), (15, march)]:
            if amount is not None:
                world.order(someone, day, amount)
    assert world.members("spend_falling") == ["in", "nothing in March"]
    assert world.members("spend_falling", D - timedelta(days=1)) == []  # March is not complete on the 30th


def test_spend_that_falls_counts_fees(world: World) -> None:
    """What is paid for a term is spent on its days: a subscription carries who orders less, and its end is a fall."""
    for name, orders, first, last, amount in [
        ("only orders", ("300", "200", "100"), None, None, None),
        ("carried", ("300", "200", "100"), date(2026, 1, 1), date(2026, 12, 31), "7300"),  # 20 a day: 920, 760, 720
        ("ends in February", (None, None, None), date(2026, 1, 1), date(2026, 2, 9), "400"),  # 310, 90, 0
        ("ends in January", (None, None, None), date(2026, 1, 1), date(2026, 1, 31), "310"),  # February is nothing
    ]:
        someone = world.customer(name)
        for day, order in zip((75, 45, 15), orders, strict=True):
            if order is not None:
                world.order(someone, day, order)
        if first is not None:
            Membership.objects.create(
                customer=someone, level="gold", since=first, ends_on=last, amount=amount, recorded_at=at(80)
            )
    assert world.members("spend_falling") == ["ends in February", "only orders"]


def test_login_fading(world: World) -> None:
    eight = (7, 8, 9, 10, 11, 12, 13, 34)
    for name, days in [
        ("in", eight),
        ("exactly half", (*eight, 0)),
        ("seven", eight[1:]),
        ("too early", (*eight[:-1], 35)),
        ("ten and one", (*eight, 20, 21, 6)),
    ]:
        world.log_in(world.customer(name), *days)
    assert world.members("login_fading") == ["in", "ten and one"]


def test_false_churn_is_what_the_run_found(world: World) -> None:
    world.score(world.customer("in"), pool="hibernating", false_churn="cart,follow")
    world.score(world.customer("out"), pool="hibernating")
    assert world.members("false_churn") == ["in"]


def test_price_lost_by_coupons(world: World) -> None:
    for name, coupons, plain, pool in [
        ("in", 7, 3, "lost"),
        ("under", 6, 3, "lost"),
        ("two orders", 2, 0, "lost"),
        ("awake", 7, 3, "at_risk"),
    ]:
        someone = world.customer(name)
        for n in range(coupons):
            world.order(someone, 400 + n, coupon="SAVE")
        for n in range(plain):
            world.order(someone, 400 + n)
        world.score(someone, pool=pool)
    early = world.customer("early coupons")
    for day in (765, 766, 767):
        world.order(early, day, coupon="SAVE")
    world.order(early, 400)
    world.score(early, pool="lost")
    assert world.members("price_lost") == ["in"]


def test_price_lost_by_the_latest_reason(world: World) -> None:
    for name, reasons in [
        ("said", [{"reason": "price.rise", "how": "said"}]),
        ("tagged", [{"reason": "price", "how": "tagged", "confidence": 0.1}]),
        ("inferred", [{"reason": "price.high", "how": "inferred", "confidence": 0.7}]),
        ("guessed", [{"reason": "price.high", "how": "inferred", "confidence": 0.69}]),
        ("moved", [{"reason": "price", "how": "said"}, {"reason": "moved.ended", "how": "said"}]),
    ]:
        someone = world.customer(name)
        world.score(someone, pool="hibernating")
        for n, reason in enumerate(reasons):
            world.event(someone, "churn_reason_given", at(20 - n), **reason)
    assert world.members("price_lost") == ["inferred", "said", "tagged"]


def test_service_lost(world: World) -> None:
    solved = {"complaint_id": "k", RESOLVED: True}
    for name, r, opened, topic, closed in [
        ("in", 0.5, 160, "service.refund", None),
        ("long before", 0.5, 161, "service", None),
        ("still active", 0.499, 110, "service", None),
        ("another topic", 0.5, 110, "function.crash", None),
        ("healed", 0.5, 110, "service", {**solved, "rating": 4}),
        ("rated three", 0.5, 110, "service", {**solved, "rating": 3}),
        ("not rated", 0.5, 110, "service", solved),
        ("not solved", 0.5, 110, "service", {**solved, RESOLVED: False, "rating": 5}),
    ]:
        someone = world.customer(name)
        world.order(someone, 100)
        world.score(someone, r=r, pool="at_risk")
        world.event(someone, "complaint_opened", at(opened), complaint_id="k", topic=topic)
        if closed:
            world.event(someone, "complaint_closed", at(opened - 1), **closed)
    assert world.members("service_lost") == ["in", "not rated", "not solved", "rated three"]


def test_category_moved(world: World) -> None:
    world.threshold("milk", 30)
    world.threshold("coffee", 20)
    for name, milk, coffee in [
        ("in", (90, 60, 30), (19,)),
        ("milk lately", (90, 60, 29), (1,)),
        ("two days of milk", (60, 30), (1,)),
        ("coffee over", (90, 60, 30), (20,)),
        ("no coffee", (90, 60, 30), ()),
    ]:
        someone = world.customer(name)
        for day in milk:
            world.order(someone, day, category="milk")
        for day in coffee:
            world.order(someone, day, category="coffee")
    assert world.members("category_moved") == ["in"]


def test_category_moved_takes_the_tenants_threshold_where_a_category_has_none(world: World) -> None:
    world.threshold(None, 30)
    someone = world.customer("c")
    for day in (50, 40, 30):
        world.order(someone, day, category="milk")
    world.order(someone, 29, category="tea")
    assert world.members("category_moved") == ["c"]


def test_deal_dependent(world: World) -> None:
    for name, coupons, plain, granted in [
        ("in", 4, 1, [7, 7, 7, 8]),
        ("half of them", 4, 0, [7, 7, 8, 8]),
        ("too few", 3, 0, [1, 1, 1]),
        ("under", 7, 2, [1] * 7),
    ]:
        someone = world.customer(name)
        for n in range(coupons):
            day = 10 * n
            world.event(someone, "benefit_granted", at(day + granted[n]), coupon=f"{name}{n}")
            world.order(someone, day, coupon=f"{name}{n}")
        for n in range(plain):
            world.order(someone, 300 + n)
    assert world.members("deal_dependent") == ["in"]


def test_deal_dependent_counts_one_year(world: World) -> None:
    for name, oldest in [("in", 364), ("out", 365)]:
        someone = world.customer(name)
        for n, day in enumerate((1, 2, 3, oldest)):
            world.event(someone, "benefit_granted", at(day + 1), coupon=f"{name}{n}")
            world.order(someone, day, coupon=f"{name}{n}")
    assert world.members("deal_dependent") == ["in"]


def test_back_watch(world: World) -> None:
    in_ = world.customer("in")
    world.spell(in_, "hibernating", 80, 30)
    world.spell(in_, "active", 30, None)
    today = world.customer("today")
    world.spell(today, "lost", 80, 0)
    world.spell(today, "active", 0, None)
    before = world.customer("before")
    world.spell(before, "lost", 80, 31)
    world.spell(before, "active", 31, None)
    deeper = world.customer("deeper")
    world.spell(deeper, "hibernating", 80, 5)
    world.spell(deeper, "lost", 5, None)
    assert world.members("back_watch") == ["in", "today"]


def test_renewal_at_risk(world: World) -> None:
    for name, ends_in, band, auto in [
        ("last day", 0, "risk", True),
        ("ninety", 90, "risk", None),
        ("ninety-one", 91, "risk", None),
        ("over", -1, "risk", None),
        ("switched off", 30, "healthy", False),
        ("fine", 30, "watch", None),
        ("no end", None, "risk", None),
    ]:
        someone = world.customer(name)
        world.membership(someone, since=300, ends_in=ends_in, auto_renew=auto)
        world.score(someone, health_band=band)
    for name, days_before in (("cancelled", 0), ("cancels tomorrow", -1)):
        someone = world.customer(name)
        world.membership(someone, since=300, ends_in=30, auto_renew=True, cancelled=days_before)
        world.score(someone, health_band="healthy")
    called_off = world.customer("next called off")
    world.score(called_off, health_band="risk")
    world.membership(called_off, since=300, ends_in=10)
    world.membership(called_off, since=-11, ends_in=365, cancelled=0)
    renewed = world.customer("renewed")
    world.score(renewed, health_band="risk")
    world.membership(renewed, since=300, ends_in=10)
    world.membership(renewed, since=-11, ends_in=365)
    for name, price, later in [("free", 0, []), ("level kept", 99, [(None, 99)]), ("free year after", 99, [(365, 0)])]:
        someone = world.customer(name)
        world.score(someone, health_band="risk")
        world.membership(someone, since=300, ends_in=10, amount=price)
        for ends_in, amount in later:
            world.membership(someone, since=-11, ends_in=ends_in, amount=amount)
    assert world.members("renewal_at_risk") == [
        "cancelled", "free year after", "last day", "level kept", "next called off", "ninety", "switched off",
    ]  # fmt: skip


@pytest.mark.parametrize(("days", "joined", "expected"), [(90, 400, ["c"]), (91, 400, []), (90, 90, [])])
def test_renewal_at_risk_after_the_consultant_changed(
    world: World, days: int, joined: int, expected: list[str]
) -> None:
    """The first consultant of a new account is no change."""
    someone = world.customer("c")
    world.membership(someone, since=300, ends_in=30)
    world.account(someone, "a", consultant_since=D - timedelta(days=days), joined_at=at(joined))
    assert world.members("renewal_at_risk") == expected


@pytest.mark.parametrize(("role", "expected"), [(None, ["c"]), ("consultant", ["c"]), ("csm", [])])
def test_renewal_at_risk_is_about_the_consultant_not_the_csm(
    world: World, role: str | None, expected: list[str]
) -> None:
    someone = world.customer("c")
    world.membership(someone, since=300, ends_in=30)
    world.event(someone, "consultant_changed", at(10), **({"role": role} if role else {}))
    assert world.members("renewal_at_risk") == expected


@pytest.mark.parametrize("code", CODES)
def test_nobody_who_is_gone_for_good_is_in(world: World, code: str) -> None:
    """A customer who fits the segment leaves it once gone for good."""
    someone = _fits_all(world, quiet=code == "high_value_quiet")
    fitting = world.members(code)
    world.run.scores.filter(customer=someone).update(pool="gone")
    assert (fitting, world.members(code)) == (["c"], [])


def _fits_all(world: World, *, quiet: bool) -> Customer:
    """Fits every ready segment but the quiet one, or all that leave room for silence."""
    someone = world.customer("c")
    world.threshold(None, 30)
    for n, day in enumerate((75, 74, 73, 45, 44)):
        world.event(someone, "benefit_granted", at(day + 1), coupon=f"c{n}")
        world.order(someone, day, "100" if day > 50 else "80", "milk", coupon=f"c{n}")
    if not quiet:
        world.order(someone, 20, "1", "tea")
        world.log_in(someone, *range(26, 35))
    world.event(someone, "complaint_opened", at(50), complaint_id="k", topic="service")
    world.event(someone, "nps_answered", at(40), score=0)
    for day in (0, 1):
        world.event(someone, "Product Viewed", at(day), product_id="cup")
    world.event(someone, "Product Added", at(1), product_id="cup")
    world.spell(someone, "hibernating", 80, 10)
    world.spell(someone, "lost", 9, None)
    world.membership(someone, since=300, ends_in=30, auto_renew=False)
    world.score(someone, high_value=True, pool="lost", purchase_r=2.0, r=2.0, false_churn="cart")
    return someone
