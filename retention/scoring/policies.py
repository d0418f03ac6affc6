"""Every number that scoring goes by, as a policy of the tenant. DEFINITIONS gives the defaults."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from retention.common.errors import DomainError
from retention.customers.enums import Clock
from retention.scoring import policies_health
from tenants.policies import JSONValue, PolicyGroup, PolicySpec, groups, register

BABY_WORDS = "baby, babies, infant, diaper, formula, nappies, 母婴, 婴, 奶粉, 纸尿裤, 尿不湿"
ELECTRONICS_WORDS = "electronic, phone, laptop, computer, camera, appliance, 电子, 手机, 数码, 电脑, 家电"


def _pool_bounds_rise(value: JSONValue) -> None:
    bounds = value if isinstance(value, dict) else {}
    at_risk, hibernating, lost = (float(str(bounds[name])) for name in ("at_risk", "hibernating", "lost"))
    if not 0 < at_risk < hibernating < lost:
        raise DomainError(
            "policy_invalid",
            "pools.bounds: the bounds must rise from at risk through hibernating to lost.",
            mend="For example at_risk = 0.5, hibernating = 1, lost = 2.",
        )


SILENCE = (
    PolicySpec(
        "silence.window_days",
        "days",
        730,
        _("Gaps are learned from this many days"),
        _("Order days and log-in days before this window do not shape the silence threshold."),
        group="silence",
        minimum=60,
    ),
    PolicySpec(
        "silence.quantile",
        "share",
        0.9,
        _("Share of gaps that end within the silence threshold"),
        _("0.9: nine of ten customers who came back did so within the threshold."),
        group="silence",
        minimum=0.5,
        maximum=0.99,
    ),
    PolicySpec(
        "silence.minimum_gaps", "integer", 100, _("Gaps needed to learn a threshold"), group="silence", minimum=1
    ),
    PolicySpec(
        "silence.minimum_customers",
        "integer",
        50,
        _("Customers needed to learn a threshold"),
        group="silence",
        minimum=1,
    ),
    PolicySpec("silence.shortest_days", "days", 7, _("Shortest silence threshold"), group="silence", minimum=1),
    PolicySpec("silence.longest_days", "days", 540, _("Longest silence threshold"), group="silence", minimum=1),
    PolicySpec(
        "silence.preset_days",
        "days",
        90,
        _("Silence threshold where too few gaps are known"),
        group="silence",
        minimum=1,
        by_business={"content": 28, "software": 28},
    ),
    PolicySpec(
        "silence.preset_baby_days", "days", 28, _("The same for mother and baby goods"), group="silence", minimum=1
    ),
    PolicySpec(
        "silence.preset_baby_words",
        "text",
        BABY_WORDS,
        _("Words that mark a category as mother and baby"),
        group="silence",
    ),
    PolicySpec(
        "silence.preset_electronics_days", "days", 180, _("The same for electronics"), group="silence", minimum=1
    ),
    PolicySpec(
        "silence.preset_electronics_words",
        "text",
        ELECTRONICS_WORDS,
        _("Words that mark a category as electronics"),
        group="silence",
    ),
    PolicySpec(
        "silence.clock",
        "choice",
        "purchase",
        _("What ends a silence where no category says it"),
        group="silence",
        choices=("purchase", "visit"),
        choice_labels=dict(Clock.choices),
        by_business={"content": "visit", "subscription": "visit", "software": "visit"},
    ),
    PolicySpec(
        "silence.sample_customers",
        "integer",
        200_000,
        _("Most customers that thresholds are learned from"),
        _("Beyond this many, an even sample is used, always the same one."),
        group="silence",
        minimum=1000,
    ),
    PolicySpec(
        "silence.drift_share",
        "share",
        0.2,
        _("A silence threshold that changed by this share is said to have moved"),
        _("The newer half of the window against the older; a change that may be chance is never said."),
        group="silence",
        minimum=0.01,
        maximum=5,
    ),
)

POOLS = (
    PolicySpec(
        "pools.bounds",
        "numbers",
        {"at_risk": 0.5, "hibernating": 1, "lost": 2},
        _("Pools begin at these multiples of the silence threshold"),
        group="pools",
        minimum=0.01,
        check=_pool_bounds_rise,
    ),
    PolicySpec(
        "pools.false_churn_days",
        "days",
        30,
        _("Days in which a cart, a follow or a community act counts against churn"),
        group="pools",
        minimum=1,
    ),
    PolicySpec(
        "pools.returns_days",
        "days",
        30,
        _("Days within which a silent customer with a sign of life is asked to have come back"),
        group="pools",
        minimum=1,
    ),
    PolicySpec(
        "pools.returns_moments",
        "integer",
        6,
        _("Past moments at which false churn is measured"),
        group="pools",
        minimum=1,
        maximum=24,
    ),
    PolicySpec(
        "pools.returns_minimum", "integer", 100, _("Customers needed to tell how many came back"), group="pools"
    ),
    PolicySpec(
        "pools.gone_after_days",
        "days",
        180,
        _("Days lost before a customer may count as gone for good"),
        group="pools",
    ),
    PolicySpec(
        "pools.gone_return_chance",
        "share",
        0.05,
        _("Chance of return in 12 months under which they are gone"),
        group="pools",
    ),
    PolicySpec(
        "pools.gone_unanswered",
        "integer",
        2,
        _("Unanswered win-backs before a customer is gone"),
        group="pools",
        minimum=1,
    ),
    PolicySpec(
        "pools.said_so_events",
        "text",
        "account_closed, left_for_good",
        _("Events by which a customer says that they leave for good"),
        group="pools",
    ),
    PolicySpec(
        "pools.returned_days", "days", 30, _("Days for which a customer counts as just returned"), group="pools"
    ),
)

VALUE = (
    PolicySpec(
        "value.window_days", "days", 730, _("Customers with an order in this window get RFM scores"), group="value"
    ),
    PolicySpec(
        "value.high_from",
        "integer",
        5,
        _("M score that makes a customer high value"),
        group="value",
        minimum=1,
        maximum=5,
    ),
    PolicySpec(
        "value.high_with_frequency_from",
        "integer",
        4,
        _("M score that does so together with F = 5"),
        group="value",
        minimum=1,
        maximum=5,
    ),
    PolicySpec(
        "value.upper_from",
        "integer",
        4,
        _("R, F and M scores from here are “high” in the value tiers"),
        group="value",
        minimum=2,
        maximum=5,
    ),
    PolicySpec("value.margin", "share", 0.3, _("Margin (assumed until set)"), group="value"),
    PolicySpec("value.discount_a_month", "share", 0.01, _("Discount of value ahead, a month"), group="value"),
)

MODELS = (
    PolicySpec(
        "models.purchases",
        "choice",
        "bg_nbd",
        _("The model that expected purchases and value go by"),
        _("Both are fitted at each run and checked against what was bought: take the one that forecasts better."),
        group="models",
        choices=("bg_nbd", "mbg_nbd"),
        choice_labels={"bg_nbd": "BG/NBD", "mbg_nbd": "MBG/NBD"},
    ),
    PolicySpec(
        "models.time_unit_days",
        "integer",
        7,
        _("Days in the models’ time unit"),
        group="models",
        minimum=1,
        maximum=365,
    ),
    PolicySpec(
        "models.minimum_customers", "integer", 100, _("Customers needed to fit a model"), group="models", minimum=10
    ),
    PolicySpec(
        "models.minimum_repeat", "integer", 30, _("Repeat customers needed to fit a model"), group="models", minimum=5
    ),
    PolicySpec(
        "models.holdout_days",
        "days",
        90,
        _("Days held back to check the forecast at each run"),
        group="models",
        minimum=7,
    ),
    PolicySpec("models.pareto_nbd", "boolean", True, _("Also fit Pareto/NBD, for comparison"), group="models"),
    PolicySpec(
        "models.correlation_limit",
        "share",
        0.3,
        _("Correlation of value and frequency from which values are not to be trusted"),
        _("Gamma-Gamma supposes that what people spend is unrelated to how often they buy."),
        group="models",
        minimum=0.05,
        maximum=1,
    ),
    PolicySpec(
        "models.forecast_gap",
        "share",
        0.25,
        _("Gap between forecast and holdout from which a model is to be trusted with care"),
        group="models",
        minimum=0.01,
        maximum=1,
    ),
    PolicySpec(
        "models.minimum_contracts",
        "integer",
        100,
        _("Contracts that came up for renewal, needed to fit the model of renewals"),
        _("Contracts and paid memberships, each length of term by itself."),
        group="models",
        minimum=10,
    ),
    PolicySpec(
        "models.minimum_ended", "integer", 30, _("Contracts that ended, needed to fit it"), group="models", minimum=5
    ),
    PolicySpec(
        "models.minimum_renewed",
        "integer",
        30,
        _("Contracts that were renewed, needed to fit it"),
        group="models",
        minimum=5,
    ),
    PolicySpec(
        "models.renewal_grace_days",
        "days",
        30,
        _("Days after the end of a term in which its renewal still counts"),
        _("Until then it is open and counts neither as renewed nor as left. Never more than half a term."),
        group="models",
        maximum=180,
    ),
)

CHURN = (
    PolicySpec(
        "churn.horizon_days",
        "days",
        90,
        _("Days ahead for which the churn probability is"),
        _("Who has no order (visit clock: no log-in) in so many days has left."),
        group="churn",
        minimum=7,
        maximum=365,
    ),
    PolicySpec(
        "churn.sample_customers",
        "integer",
        10_000,
        _("Customers from whom the churn model learns, at most"),
        group="churn",
        minimum=500,
        maximum=200_000,
    ),
    PolicySpec(
        "churn.minimum_customers",
        "integer",
        500,
        _("Customers needed to train a churn model"),
        group="churn",
        minimum=50,
    ),
    PolicySpec(
        "churn.minimum_leavers",
        "integer",
        100,
        _("Customers who left, and who stayed, needed to train it"),
        group="churn",
        minimum=10,
    ),
    PolicySpec(
        "churn.minimum_pool",
        "integer",
        30,
        _("Customers needed in a pool to go by its share where there is no model"),
        group="churn",
        minimum=5,
    ),
    PolicySpec(
        "churn.drift_index",
        "number",
        0.25,
        _("Shift of a feature since the model’s trial from which it is told (PSI)"),
        _("Less than what chance alone gives is never told."),
        group="churn",
        minimum=0.05,
        maximum=5,
    ),
    PolicySpec(
        "churn.drift_share",
        "share",
        0.03,
        _("Gap between the share foreseen to leave and the share that left from which it is told"),
        group="churn",
        minimum=0.005,
        maximum=0.5,
    ),
)

TRENDS = (
    PolicySpec(
        "trends.login_decay_log_ins", "integer", 400, _("Log-in days needed to judge log-in decay"), group="trends"
    ),
    PolicySpec(
        "trends.login_decay_customers", "integer", 100, _("Customers needed to judge log-in decay"), group="trends"
    ),
    PolicySpec("trends.arppu_payers", "integer", 100, _("Paying customers needed in a month"), group="trends"),
    PolicySpec(
        "trends.silent_share_customers", "integer", 200, _("Customers needed for the silent share"), group="trends"
    ),
    PolicySpec(
        "trends.cohort_customers", "integer", 100, _("Customers needed to tell a cohort’s retention"), group="trends"
    ),
    PolicySpec(
        "trends.daily_churn_base", "integer", 500, _("Customers needed for the daily churn rate"), group="trends"
    ),
)

RUNS = (
    PolicySpec(
        "runs.hour",
        "integer",
        3,
        _("Hour of the day at which scores are computed"),
        group="runs",
        minimum=0,
        maximum=23,
    ),
    PolicySpec(
        "runs.shard_customers", "integer", 50_000, _("Customers in one piece of a run"), group="runs", minimum=1
    ),
    PolicySpec(
        "runs.full_days", "integer", 7, _("Everybody is scored in full at least every … days"), group="runs", minimum=1
    ),
    PolicySpec(
        "runs.refresh_share",
        "share",
        0.2,
        _("Share of the customers up to which only those are scored again whom the day touched"),
        group="runs",
        minimum=0,
        maximum=1,
    ),
    PolicySpec(
        "runs.refresh_from",
        "integer",
        20_000,
        _("Customers from which on a night’s run restates only whom the day touched"),
        group="runs",
        minimum=0,
    ),
    PolicySpec("runs.kept", "integer", 3, _("Past runs whose scores are kept in full"), group="runs", minimum=1),
)


def register_policies() -> None:
    """Declare all of scoring's policies."""
    for group in (
        PolicyGroup("silence", _("Silence thresholds")),
        PolicyGroup("pools", _("Pools")),
        PolicyGroup("value", pgettext_lazy("policy group", "Value")),
        PolicyGroup("models", _("Models")),
        PolicyGroup("churn", _("Churn probability")),
        PolicyGroup("health", _("Health")),
        PolicyGroup("trends", _("Trends")),
        PolicyGroup("runs", _("Runs")),
    ):
        groups.register(group)
    register(*SILENCE, *POOLS, *VALUE, *MODELS, *CHURN, *TRENDS, *RUNS, *policies_health.SPECS)
