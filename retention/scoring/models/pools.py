"""Pools over time: who was where from when to when, and the trail of scores."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from retention.customers.models import Customer
from retention.scoring.enums import HealthBand, MoveReason, Pool, Stage, Tier
from retention.scoring.models.runs import ScoreRun


class PoolSpell(models.Model):
    """A customer stayed in `pool` from `entered_on` to the day before `left_on` (null: still there)."""

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="spells", db_constraint=False, db_index=False
    )
    pool = models.CharField(_("pool"), max_length=12, choices=Pool.choices)
    entered_on = models.DateField(_("from"))
    left_on = models.DateField(_("to"), null=True, blank=True)
    reason = models.CharField(_("why"), max_length=10, choices=MoveReason.choices)
    came_from = models.CharField(_("came from"), max_length=12, choices=Pool.choices, blank=True, default="")

    class Meta:
        verbose_name = _("Time in a pool")
        ordering = ["customer", "entered_on"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "entered_on"], name="poolspell_unique"),
            models.UniqueConstraint(fields=["customer"], condition=Q(left_on=None), name="poolspell_one_open"),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gt=F("entered_on")), name="poolspell_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["entered_on", "pool"], name="poolspell_by_entry"),  # flows, daily churn
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.pool} {self.entered_on:%Y-%m-%d}"


class PoolMove(models.Model):
    """What a run will write into PoolSpell when all its shards are done. Read by nobody else.

    An empty `pool` says: drop all spells of this customer first. Else the open one ends where the first move begins.
    """

    run = models.ForeignKey(ScoreRun, on_delete=models.CASCADE, related_name="moves", db_constraint=False)
    customer = models.BigIntegerField()
    pool = models.CharField(max_length=12)
    entered_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    reason = models.CharField(max_length=10)
    came_from = models.CharField(max_length=12, default="")

    class Meta:
        ordering = ["run", "customer", "entered_on"]

    def __str__(self) -> str:
        return f"{self.customer} → {self.pool}"


class PoolFlow(models.Model):
    """How many customers entered `pool` from `came_from` ("" = for the first time) on a day.

    The books of PoolSpell and GoneStay, carried on by each run: what entered a pool up to a day less what left it is
    how many were in it, so that series over days are sums of a few of these rows, however many customers there are.
    While somebody is gone, each stay of theirs in a pool is taken out of it (to *gone*) and put back at its end.
    """

    day = models.DateField(_("day"))
    came_from = models.CharField(_("came from"), max_length=12, choices=Pool.choices, blank=True, default="")
    pool = models.CharField(_("pool"), max_length=12, choices=Pool.choices)
    customers = models.PositiveIntegerField(_("customers"))

    class Meta:
        verbose_name = _("Flow between pools")
        ordering = ["day", "came_from", "pool"]
        constraints = [models.UniqueConstraint(fields=["day", "came_from", "pool"], name="poolflow_unique")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.came_from}→{self.pool}: {self.customers}"


class GoneStay(models.Model):
    """A customer was gone for good from `entered_on` to the day before `left_on` (null: still is); so runs have said.

    The pool below, by silence alone, goes on in PoolSpell. An order or log-in ends it, or a run that says otherwise.
    """

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="gone_stays", db_constraint=False, db_index=False
    )
    entered_on = models.DateField(_("from"))
    left_on = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("Time gone for good")
        ordering = ["customer", "entered_on"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "entered_on"], name="gonestay_unique"),
            models.UniqueConstraint(fields=["customer"], condition=Q(left_on=None), name="gonestay_one_open"),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gt=F("entered_on")), name="gonestay_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.entered_on:%Y-%m-%d}"


class ScoreHistory(models.Model):
    """The trail: a row at each run that changed a customer's pool, stage, tier or band. The latest ≤ a day counts."""

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="score_history", db_constraint=False, db_index=False
    )
    as_of = models.DateField(_("as of"))
    pool = models.CharField(_("pool"), max_length=12, choices=Pool.choices, blank=True, default="")
    stage = models.CharField(_("stage"), max_length=8, choices=Stage.choices, blank=True, default="")
    tier = models.CharField(_("value tier"), max_length=16, choices=Tier.choices, blank=True, default="")
    health = models.FloatField(_("health"), null=True)
    health_band = models.CharField(_("health"), max_length=8, choices=HealthBand.choices, blank=True, default="")

    class Meta:
        verbose_name = _("Score history")
        ordering = ["customer", "as_of"]
        constraints = [models.UniqueConstraint(fields=["customer", "as_of"], name="scorehistory_unique")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.as_of:%Y-%m-%d}"
