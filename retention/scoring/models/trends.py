"""What the charts over time read: a few small rows a day or month, carried on by each run."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TrendDay(models.Model):
    """One day of the whole business: customers in each pool at its end, and log-in days of two weeks.

    `customers`, `a` … `bb` are the sums of `science.trends.WeekPairs` as of the day; null beyond the days looked back.
    """

    day = models.DateField(_("day"), unique=True)
    active = models.PositiveIntegerField(default=0)
    at_risk = models.PositiveIntegerField(default=0)
    hibernating = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    entered_lost = models.PositiveIntegerField(default=0)
    customers = models.PositiveIntegerField(null=True)
    a = models.PositiveBigIntegerField(null=True)
    b = models.PositiveBigIntegerField(null=True)
    aa = models.PositiveBigIntegerField(null=True)
    ab = models.PositiveBigIntegerField(null=True)
    bb = models.PositiveBigIntegerField(null=True)

    class Meta:
        verbose_name = _("Trends of a day")
        verbose_name_plural = _("Trends of a day")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class CohortMonth(models.Model):
    """The customers who joined in the month `cohort` (first order or log-in), in the month `month`.

    Active: an order day or a log-in day in it; buyers: an order day; payers: net revenue above zero. Sums over cohorts
    are those of the month.
    """

    cohort = models.DateField(_("joined in"))
    month = models.DateField(_("month"))
    active = models.PositiveIntegerField(default=0)
    buyers = models.PositiveIntegerField(default=0)
    payers = models.PositiveIntegerField(default=0)
    revenue = models.DecimalField(max_digits=18, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("Cohort in a month")
        verbose_name_plural = _("Cohort in a month")
        ordering = ["cohort", "month"]
        constraints = [models.UniqueConstraint(fields=["month", "cohort"], name="cohortmonth_unique")]

    def __str__(self) -> str:
        return f"{self.cohort:%Y-%m} {self.month:%Y-%m}"
