"""The software vendor: accounts, contacts, consultants, hand-overs and usage from a seeded generator.

Wholly synthetic. Calibrated on the public sets named in docs/methods.md: about a fifth of the accounts fade out within
the year (110 of 500 in the account set), tickets come at four a year and account, and fading shows in usage weeks
before the end of the term at which they leave. Those who left in the years before, of whom contracts are all that is
held, stayed as long as the customers of Fader & Hardie's (2007) "High End" did. What drives a fade here, so that a
score has something true to find: a consultant who changes, severe tickets, and a decision maker whom nobody has met
for long.

All functions take and return frames in the columns of the import files; none loops over customers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from retention.demo.generators.names import chinese_companies, chinese_names

ZONE = "Asia/Shanghai"
FIRST_DAY = date(2017, 1, 1)
LAST_DAY = date(2017, 12, 31)
SEED = 20170101
ACCOUNTS = 160
KNOWN_ON = date(2017, 12, 4)
"""The accounts' own file says who works for them on this day; who comes later, comes as an event."""
COHORT, OLDEST_DAYS = 200, 1800
"""So many companies signed in the five years before; those who left before the year are the former accounts."""
ALPHA, BETA = 0.668, 3.806
"""The chance to leave at the end of a yearly term, over companies: the sBG of the paper's High End segment."""
NOTICE = pd.Timedelta(days=30)
"""Who fades leaves at the end of the first term that runs out so long after."""
JUST_CHANGED = {3: "2017-11-29", 7: "2017-12-01"}
"""Accounts, by position, whose consultant changed days before: their hand-over is on."""
MODULES = np.array(["orders", "stock", "finance", "reports", "crm", "hr"])
CSMS = np.array(["chen@yunfan.example", "lin@yunfan.example", "zhao@yunfan.example", "csm@software.example"])
CONSULTANTS = np.array([f"consultant{n}@yunfan.example" for n in range(1, 9)])


@dataclass(frozen=True)
class SoftwareData:
    """The files of the vendor, by import kind."""

    accounts: pd.DataFrame
    customers: pd.DataFrame
    contacts: pd.DataFrame
    events: pd.DataFrame
    contracts: pd.DataFrame
    assignments: pd.DataFrame


def make_software() -> SoftwareData:
    """The whole year. The same call gives the same frames."""
    rng = np.random.default_rng(SEED)
    accounts = _accounts(rng)
    users = _users(rng, accounts)
    events = pd.concat(
        [
            _usage(rng, accounts, users),
            _handovers(accounts),
            _tickets(rng, accounts, users),
            _meetings(rng, accounts, users),
            _milestones(rng, accounts),
            _pulses(rng, accounts),
            _answers(rng, accounts, users),
        ],
        ignore_index=True,
    ).sort_values("occurred_at", kind="stable", ignore_index=True)
    ends = events["account"].map(accounts.set_index("account")["ends_on"])
    day = pd.Timedelta(days=1)
    last = pd.Timestamp(LAST_DAY) + day
    events = events[(events["occurred_at"] >= pd.Timestamp(FIRST_DAY)) & (events["occurred_at"] < last)]
    events = events[events["occurred_at"] < ends.loc[events.index] + day].reset_index(drop=True)
    events.insert(0, "event_id", "demo-" + events.index.astype(str))
    former = _former(np.random.default_rng(SEED + 1))
    return SoftwareData(
        _accounts_file(pd.concat([accounts, former], ignore_index=True)),
        _customers_file(users),
        _contacts_file(users),
        events,
        _contracts_file(pd.concat([accounts, former], ignore_index=True)),
        _assignments_file(accounts),
    )


def _accounts(rng: np.random.Generator) -> pd.DataFrame:
    """One row per account with what will happen to it: `fades` and when (`fade_on`), `changes_on`."""
    n = ACCOUNTS
    first, days = pd.Timestamp(FIRST_DAY), (LAST_DAY - FIRST_DAY).days
    accounts = pd.DataFrame({"account": "A" + pd.Series(range(1, n + 1)).astype(str).str.zfill(3)})
    accounts["name"] = chinese_companies(rng, n)
    accounts["seats"] = np.clip(rng.lognormal(2.2, 0.55, n).round(), 4, 40).astype(int)
    accounts["joined"] = first - pd.to_timedelta(rng.integers(-200, OLDEST_DAYS, n), unit="D")
    accounts["csm"] = CSMS[np.arange(n) % len(CSMS)]
    before, after = rng.integers(0, len(CONSULTANTS), n), rng.integers(1, len(CONSULTANTS), n)
    accounts["was_with"] = CONSULTANTS[before]
    changes = rng.random(n) < 0.28
    changes[list(JUST_CHANGED)] = True
    accounts["consultant"] = np.where(changes, CONSULTANTS[(before + after) % len(CONSULTANTS)], accounts["was_with"])
    changed_on = first + pd.to_timedelta(rng.integers(40, days - 15, n), unit="D")
    accounts["changes_on"] = pd.Series(changed_on).where(changes)
    accounts.loc[list(JUST_CHANGED), "changes_on"] = pd.to_datetime(list(JUST_CHANGED.values()))
    accounts.loc[list(JUST_CHANGED), "joined"] = first
    accounts["troubled"] = rng.random(n) < 0.15
    chance = 0.12 + 0.3 * changes + 0.25 * accounts["troubled"]
    accounts["fades"] = rng.random(n) < chance * 0.9
    start = accounts["changes_on"].fillna(first + pd.Timedelta(days=60))
    accounts["fade_on"] = (start + pd.to_timedelta(rng.integers(20, 150, n), unit="D")).where(accounts["fades"])
    stays_until = (accounts["fade_on"] + NOTICE).fillna(pd.Timestamp(KNOWN_ON))
    accounts["ends_on"] = _end_of_term(accounts["joined"], _terms_until(accounts["joined"], stays_until))
    accounts["modules"] = rng.integers(2, len(MODULES) + 1, n)
    accounts["fee"] = (accounts["seats"] * rng.choice([480, 600, 720], n)).astype(float)
    return accounts


def _former(rng: np.random.Generator) -> pd.DataFrame:
    """Companies that left before the year began: who they were, and from when to when."""
    first, n = pd.Timestamp(FIRST_DAY), COHORT
    former = pd.DataFrame({"name": chinese_companies(rng, n)})
    former["joined"] = first - pd.to_timedelta(rng.integers(1, OLDEST_DAYS, n), unit="D")
    former["fee"] = np.clip(rng.lognormal(2.2, 0.55, n).round(), 4, 40) * rng.choice([480.0, 600.0, 720.0], n)
    former["ends_on"] = _end_of_term(former["joined"], pd.Series(rng.geometric(rng.beta(ALPHA, BETA, n))))
    former["fades"] = True
    former = former[former["ends_on"] < first].reset_index(drop=True)
    former["account"] = "F" + (former.index + 1).astype(str).str.zfill(3)
    return former


def _end_of_term(joined: pd.Series, terms: pd.Series) -> pd.Series:
    """The last day of so many whole years."""
    month = pd.to_datetime(pd.DataFrame({"year": joined.dt.year + terms, "month": joined.dt.month, "day": 1}))
    return month + pd.to_timedelta(np.minimum(joined.dt.day, month.dt.days_in_month) - 2, unit="D")


def _terms_until(joined: pd.Series, day: pd.Series) -> pd.Series:
    """How many whole years it takes until a term ends on `day` or later; at least one."""
    years = (day.dt.year - joined.dt.year).clip(lower=1)
    return years + (_end_of_term(joined, years) < day)


def _users(rng: np.random.Generator, accounts: pd.DataFrame) -> pd.DataFrame:
    """People of the accounts; the first three of each are decision maker, champion and administrator."""
    count = np.maximum((accounts["seats"] * rng.uniform(0.6, 0.95, len(accounts))).astype(int), 4)
    users = accounts.loc[accounts.index.repeat(count), ["account", "joined", "fade_on", "modules"]].reset_index(
        drop=True
    )
    users["ordinal"] = users.groupby("account").cumcount()
    users["customer"] = users["account"] + "-" + (users["ordinal"] + 1).astype(str).str.zfill(2)
    users["name"] = chinese_names(rng, len(users))
    roles = np.array(["decision_maker", "champion", "administrator", "user"])
    users["role"] = roles[np.minimum(users["ordinal"], 3)]
    users["rate"] = np.where(users["role"] == "decision_maker", 0.08, rng.beta(3, 3, len(users)) * 0.55)
    return users


def _working_moments(rng: np.random.Generator, days: pd.Series) -> pd.Series:
    """Instants in office hours of `days`."""
    return days.reset_index(drop=True) + pd.to_timedelta(rng.integers(9 * 3600, 18 * 3600, len(days)), unit="s")


def _frame(
    account: pd.Series, customer: pd.Series | str, event: str, when: pd.Series, **columns: object
) -> pd.DataFrame:
    """Rows of an events file; further `columns` become properties."""
    frame = pd.DataFrame({"account": account.to_numpy(), "event": event, "occurred_at": when.to_numpy()})
    frame.insert(0, "customer", customer.to_numpy() if isinstance(customer, pd.Series) else customer)
    return frame.assign(**{name: np.asarray(values) for name, values in columns.items()})


def _usage(rng: np.random.Generator, accounts: pd.DataFrame, users: pd.DataFrame) -> pd.DataFrame:
    """Log-ins and core uses on working days; from `fade_on` the rate halves every three weeks."""
    days = pd.DataFrame({"day": pd.bdate_range(FIRST_DAY, LAST_DAY)})
    grid = users.merge(days, how="cross")
    grid = grid[grid["day"] >= grid["joined"]]
    faded = (grid["day"] - grid["fade_on"]).dt.days.clip(lower=0).fillna(0).to_numpy()
    seen = grid[rng.random(len(grid)) < grid["rate"].to_numpy() * 0.5 ** (faded / 21)].reset_index(drop=True)
    at = _working_moments(rng, seen["day"])
    logins = _frame(seen["account"], seen["customer"], "Signed In", at)
    used = rng.random(len(seen)) < 0.7
    module = MODULES[(rng.random(len(seen)) ** 1.6 * seen["modules"].to_numpy()).astype(int)]
    core = _frame(
        seen["account"][used],
        seen["customer"][used],
        "core_use",
        at[used] + pd.Timedelta(minutes=7),
        module=module[used],
    )
    return pd.concat([logins, core])


def _handovers(accounts: pd.DataFrame) -> pd.DataFrame:
    """Each change of consultant: said, and closed 18 days later unless the account was fading by then."""
    changed = accounts[accounts["changes_on"].notna()]
    at = changed["changes_on"] + pd.Timedelta(hours=10)
    said = _frame(
        changed["account"],
        "",
        "consultant_changed",
        at,
        **{"from": changed["was_with"], "to": changed["consultant"]},
    )
    done = ~(changed["fades"] & (changed["fade_on"] < changed["changes_on"] + pd.Timedelta(days=60))).to_numpy()
    closed = said[done].assign(event="handover_closed")
    closed["occurred_at"] = closed["occurred_at"] + pd.Timedelta(days=18)
    return pd.concat([said, closed])


def _tickets(rng: np.random.Generator, accounts: pd.DataFrame, users: pd.DataFrame) -> pd.DataFrame:
    """Four tickets a year and account, eight where there is trouble; a first answer and an end."""
    count = rng.poisson(np.where(accounts["troubled"], 8, 4))
    tickets = accounts.loc[accounts.index.repeat(count), ["account", "troubled"]].reset_index(drop=True)
    day = pd.Series(rng.choice(pd.bdate_range(FIRST_DAY, LAST_DAY).to_numpy(), len(tickets)))
    at = _working_moments(rng, day)
    ids = "T-" + (pd.Series(range(len(tickets))) + 1).astype(str)
    severe = rng.random(len(tickets)) < np.where(tickets["troubled"], 0.3, 0.08)
    topic = rng.choice(
        ["function.crash", "function.connect", "service.slow_reply", "service.consultant"], len(tickets)
    )
    who = tickets["account"] + "-03"
    opened = _frame(tickets["account"], who, "complaint_opened", at, complaint_id=ids, topic=topic, severe=severe)
    minutes = rng.lognormal(np.where(tickets["troubled"], 5.2, 4.2), 0.8)
    answered = _frame(
        tickets["account"],
        who,
        "complaint_answered",
        at + pd.to_timedelta(minutes.astype(int), unit="min"),
        complaint_id=ids,
        in_sla=minutes < 240,
    )
    ends = rng.random(len(tickets)) < 0.94
    hours = rng.exponential(np.where(tickets["troubled"], 50, 22)) + minutes / 60
    closed = _frame(
        tickets["account"],
        who,
        "complaint_closed",
        at + pd.to_timedelta((hours * 3600).astype(int), unit="s"),
        complaint_id=ids,
        resolved=rng.random(len(tickets)) < 0.88,
        rating=rng.choice([1, 2, 3, 4, 5], len(tickets), p=[0.08, 0.1, 0.2, 0.32, 0.3]),
    )
    return pd.concat([opened, answered, closed[ends]])


def _meetings(rng: np.random.Generator, accounts: pd.DataFrame, users: pd.DataFrame) -> pd.DataFrame:
    """Two-way meetings with decision maker, champion and administrator, monthly or so; rarer where it fades."""
    key = users[users["ordinal"] < 3].merge(accounts[["account", "fades"]], on="account")
    days = pd.DataFrame({"day": pd.date_range(FIRST_DAY, LAST_DAY, freq="30D")})
    grid = key.merge(days, how="cross")
    grid = grid[(grid["day"] >= grid["joined"]) & (rng.random(len(grid)) < np.where(grid["fades"], 0.25, 0.6))]
    day = grid["day"].reset_index(drop=True) + pd.to_timedelta(rng.integers(0, 28, len(grid)), unit="D")
    day = day.where(day.dt.dayofweek < 5, day - pd.Timedelta(days=2))
    return _frame(grid["account"], grid["customer"], "meeting_held", _working_moments(rng, day))


def _milestones(rng: np.random.Generator, accounts: pd.DataFrame) -> pd.DataFrame:
    """Delivery milestones every 75 days, accepted in time or late."""
    days = pd.DataFrame({"day": pd.date_range(FIRST_DAY, LAST_DAY, freq="75D")})
    grid = accounts[["account", "joined", "troubled"]].merge(days, how="cross")
    grid = grid[grid["day"] >= grid["joined"]].reset_index(drop=True)
    ids = "S-" + grid["account"] + "-" + grid["day"].dt.strftime("%m%d")
    due = _frame(grid["account"], "", "milestone_due", grid["day"] + pd.Timedelta(hours=18), milestone_id=ids)
    late = np.where(rng.random(len(grid)) < np.where(grid["troubled"], 0.5, 0.12), 14, -2)
    accepted = due.assign(event="milestone_accepted")
    accepted["occurred_at"] = accepted["occurred_at"] + pd.to_timedelta(late, unit="D")
    return pd.concat([due, accepted[rng.random(len(grid)) < 0.93]])


def _pulses(rng: np.random.Generator, accounts: pd.DataFrame) -> pd.DataFrame:
    """The CSM's own rating every 45 days; it sees a fade coming, not always."""
    days = pd.DataFrame({"day": pd.date_range(FIRST_DAY, LAST_DAY, freq="45D")})
    grid = accounts[["account", "joined", "fade_on"]].merge(days, how="cross")
    grid = grid[grid["day"] >= grid["joined"]].reset_index(drop=True)
    fading = (grid["day"] > grid["fade_on"]).to_numpy()
    rating = np.clip(np.round(rng.normal(np.where(fading, 2.4, 3.9), 0.8)), 1, 5).astype(int)
    reason = np.where(rating <= 2, "使用下降，联系不上决策人", "使用正常")
    return _frame(grid["account"], "", "csm_pulse", grid["day"] + pd.Timedelta(hours=16), rating=rating, reason=reason)


def _answers(rng: np.random.Generator, accounts: pd.DataFrame, users: pd.DataFrame) -> pd.DataFrame:
    """NPS of a quarter of the contacts each quarter; lower where it fades or there was trouble."""
    days = pd.DataFrame({"day": pd.to_datetime(["2017-03-15", "2017-06-15", "2017-09-15", "2017-11-20"])})
    grid = users.merge(accounts[["account", "troubled"]], on="account").merge(days, how="cross")
    grid = grid[(grid["day"] >= grid["joined"]) & (rng.random(len(grid)) < 0.25)].reset_index(drop=True)
    low = (grid["day"] > grid["fade_on"]).to_numpy() * 2.5 + grid["troubled"].to_numpy() * 1.2
    score = np.clip(np.round(rng.normal(8.2 - low, 1.6)), 0, 10).astype(int)
    return _frame(grid["account"], grid["customer"], "nps_answered", _working_moments(rng, grid["day"]), score=score)


def _accounts_file(accounts: pd.DataFrame) -> pd.DataFrame:
    has_changed = accounts["changes_on"] < pd.Timestamp(KNOWN_ON)
    since = accounts["changes_on"].where(has_changed, accounts["joined"].where(accounts["consultant"].notna()))
    return pd.DataFrame(
        {
            "external_id": accounts["account"],
            "name": accounts["name"],
            "csm": accounts["csm"],
            "consultant": accounts["consultant"].where(has_changed, accounts["was_with"]),
            "consultant_since": since.dt.strftime("%Y-%m-%d"),
            "created_at": accounts["joined"].dt.strftime("%Y-%m-%d"),
            "seats": accounts["seats"],
            "modules": accounts["modules"],
            "annual_fee": accounts["fee"],
        }
    )


def _customers_file(users: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "external_id": users["customer"],
            "name": users["name"],
            "email": users["customer"].str.lower() + "@example.com",
            "language": "zh-hans",
            "created_at": users["joined"].dt.strftime("%Y-%m-%d"),
        }
    )


def _contacts_file(users: pd.DataFrame) -> pd.DataFrame:
    return users[["account", "customer", "role"]].copy()


def _contracts_file(accounts: pd.DataFrame) -> pd.DataFrame:
    """One contract an account, renewed year by year; who left called it off for the end of a term."""
    has_left = accounts["ends_on"] < pd.Timestamp(KNOWN_ON)
    return pd.DataFrame(
        {
            "contract_id": "K-" + accounts["account"],
            "account": accounts["account"],
            "product": "云帆企业版 年度订阅",
            "starts_on": accounts["joined"].dt.strftime("%Y-%m-%d"),
            "ends_on": accounts["ends_on"].dt.strftime("%Y-%m-%d"),
            "term": "year",
            "amount": accounts["fee"],
            "auto_renew": np.where(accounts["fades"], "false", "true"),
            "status": np.where(has_left, "cancelled", "active"),
        }
    )


def _assignments_file(accounts: pd.DataFrame) -> pd.DataFrame:
    """Who cared and who delivered, since when; a hand-over makes a second line."""
    joined = accounts["joined"].dt.strftime("%Y-%m-%d")
    parts = [
        pd.DataFrame({"account": accounts["account"], "staff": accounts["csm"], "role": "csm", "from": joined}),
        pd.DataFrame(
            {"account": accounts["account"], "staff": accounts["was_with"], "role": "consultant", "from": joined}
        ),
    ]
    changed = accounts[accounts["changes_on"].between(accounts["joined"], pd.Timestamp(KNOWN_ON), inclusive="neither")]
    since = changed["changes_on"].dt.strftime("%Y-%m-%d")
    parts.append(
        pd.DataFrame(
            {"account": changed["account"], "staff": changed["consultant"], "role": "consultant", "from": since}
        )
    )
    return pd.concat(parts, ignore_index=True)
