"""What a run says of each customer and each account."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from retention.customers.enums import Clock
from retention.customers.models import Account, Category, Customer
from retention.scoring.enums import HealthBand, Pool, Stage, ThresholdSource, Tier
from retention.scoring.models.runs import ScoreRun


class RealField(models.FloatField):  # type: ignore[type-arg]
    """Four bytes are plenty for the inputs of a health metric."""

    def db_type(self, connection: Any) -> str:
        return "real"


class CurrentScores(models.Manager["CustomerScore"]):
    """One row per customer: those of the run in force."""

    def get_queryset(self) -> models.QuerySet[CustomerScore]:
        return super().get_queryset().filter(run__is_current=True)


class CustomerScore(models.Model):
    """One customer in one run. Null means: not known, and `why` says it.

    `frequency`, `recency` and `t` are in purchase days and in the model's time unit (weeks unless a policy says
    otherwise), as in Fader & Hardie. Foreign keys are not checked by the database: a run writes a million rows at
    once, and three checks a row cost more than the scores themselves; rows without a run are never read.
    """

    pk = models.CompositePrimaryKey("customer", "run")
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="scores", db_constraint=False, db_index=False
    )
    run = models.ForeignKey(
        ScoreRun, on_delete=models.CASCADE, related_name="scores", db_constraint=False, db_index=False
    )
    as_of = models.DateField(_("as of"))
    frequency = models.PositiveIntegerField(_("repeat purchases"), null=True)
    recency = models.FloatField(_("recency"), null=True)
    t = models.FloatField(_("age"), null=True)
    monetary_value = models.FloatField(_("value of a purchase"), null=True)
    p_alive = models.FloatField(_("probability alive"), null=True)  # null for one-time buyers: nobody can tell
    expected_90d = models.FloatField(_("purchases expected in 90 days"), null=True)
    return_12m = models.FloatField(_("chance of return in 12 months"), null=True)
    clv = models.FloatField(_("lifetime value"), null=True)
    churn_probability = models.FloatField(_("churn probability"), null=True)
    churn_why: ArrayField[list[float] | None, list[float] | None] = ArrayField(RealField(), size=6, null=True)
    """Three pairs, strongest first: a column's place in `services.churn_columns`, and what it adds. Null: no model."""
    r_score = models.PositiveSmallIntegerField("R", null=True)
    f_score = models.PositiveSmallIntegerField("F", null=True)
    m_score = models.PositiveSmallIntegerField("M", null=True)
    tier = models.CharField(_("value tier"), max_length=16, choices=Tier.choices, blank=True, default="")
    high_value = models.BooleanField(_("high value"), default=False)
    clock = models.CharField(_("clock"), max_length=8, choices=Clock.choices)
    category = models.ForeignKey(
        Category, null=True, on_delete=models.SET_NULL, related_name="+", db_constraint=False, db_index=False
    )
    purchase_silence = models.PositiveIntegerField(_("days since the last order"), null=True)
    visit_silence = models.PositiveIntegerField(_("log-in gap"), null=True)
    threshold_days = models.FloatField(_("silence threshold"), null=True)
    threshold_source = models.CharField(max_length=8, choices=ThresholdSource.choices, blank=True, default="")
    r = models.FloatField(_("silence ÷ threshold"), null=True)
    purchase_r = models.FloatField(null=True)
    visit_r = models.FloatField(null=True)
    pool = models.CharField(_("pool"), max_length=12, choices=Pool.choices, blank=True, default="")
    stage = models.CharField(_("stage"), max_length=8, choices=Stage.choices, blank=True, default="")
    false_churn = models.CharField(_("false churn"), max_length=24, blank=True, default="")
    """Codes of comma-separated."""
    health = models.FloatField(_("health"), null=True)
    health_band = models.CharField(_("health"), max_length=8, choices=HealthBand.choices, blank=True, default="")
    health_cap = models.CharField(_("held down by"), max_length=20, blank=True, default="")
    health_card = models.CharField(_("scorecard"), max_length=32, blank=True, default="", db_default="")  # "": for all
    health_x: ArrayField[list[float], list[float]] = ArrayField(RealField(), size=12)  # NaN where there is nothing
    health_absence = models.CharField(max_length=12, default="")  # per metric a digit: why there is nothing

    due_on = models.DateField(null=True)
    """From this day on time alone may have changed pool, stage, tier, false churn or cap; null: never."""

    clv_low: float | None = None  # these five are computed when read: `selectors.value_ahead`
    clv_high: float | None = None
    subscription_value: float | None = None
    subscription_low: float | None = None
    subscription_high: float | None = None

    objects = models.Manager["CustomerScore"]()
    current = CurrentScores()

    class Meta:
        verbose_name = _("Customer score")
        verbose_name_plural = _("Customer scores")
        ordering = ["customer"]
        indexes = [  # counts by pool, and the segments that begin with a pool or a health
            models.Index(fields=["run", "pool", "customer"], name="score_by_pool"),
            # Of some rows only: else the planner, who can't know how many rows a new run has, may read a run by these.
            models.Index(
                fields=["run", "health", "customer"],
                name="score_by_health",
                condition=models.Q(health__isnull=False),
            ),
            models.Index(  # whom a refresh restates
                fields=["run", "due_on"], name="score_by_due", condition=models.Q(due_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.as_of:%Y-%m-%d}"

    @property
    def days_since(self) -> int:
        """Days from the row's own day to the run's: a refresh leaves whom nothing touched as they were."""
        return (self.run.as_of - self.as_of).days

    @property
    def r_now(self) -> float | None:
        """Silence ÷ threshold as of the run's day."""
        if self.r is None or self.threshold_days is None:
            return None
        return self.r + self.days_since / self.threshold_days


class CurrentAccountScores(models.Manager["AccountScore"]):
    """One row per account: those of the run in force."""

    def get_queryset(self) -> models.QuerySet[AccountScore]:
        return super().get_queryset().filter(run__is_current=True)


class AccountScore(models.Model):
    """One account in one run: its health and what it is made of."""

    pk = models.CompositePrimaryKey("account", "run")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="scores", db_index=False)
    run = models.ForeignKey(ScoreRun, on_delete=models.CASCADE, related_name="account_scores", db_index=False)
    as_of = models.DateField(_("as of"))
    health = models.FloatField(_("health"), null=True)
    health_band = models.CharField(_("health"), max_length=8, choices=HealthBand.choices, blank=True, default="")
    health_cap = models.CharField(_("held down by"), max_length=20, blank=True, default="")
    health_card = models.CharField(_("scorecard"), max_length=32, blank=True, default="", db_default="")
    health_x: ArrayField[list[float], list[float]] = ArrayField(RealField(), size=12)
    health_absence = models.CharField(max_length=12, default="")
    users_active = models.PositiveIntegerField(_("active users"), default=0)
    seats = models.PositiveIntegerField(_("seats"), null=True)
    last_login_on = models.DateField(_("last log-in"), null=True)
    renews_on = models.DateField(_("renewal"), null=True)

    objects = models.Manager["AccountScore"]()
    current = CurrentAccountScores()

    class Meta:
        verbose_name = _("Account score")
        verbose_name_plural = _("Account scores")
        ordering = ["account"]
        indexes = [models.Index(fields=["run", "health", "account"], name="accountscore_by_health")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.as_of:%Y-%m-%d}"
