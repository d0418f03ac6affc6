"""Growth points and levels: what earns, what was earned and spent, and the ladder that they climb."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from retention.customers.enums import Behaviour, EarnKind, PointKind
from retention.customers.models.customer import Customer


class EarnRule(models.Model):
    """What earns growth points from a day on. A change ends the row and makes another: the past keeps its rule.

    `points` are per unit of net currency (a spend), per day (an order day) or per event. An event is chosen by its
    name, else by its behaviour. `multiplied`: by the level of the paid or given membership held on that day.
    """

    code = models.SlugField(_("code"), max_length=40, db_index=False)
    name = models.CharField(_("name"), max_length=80)
    name_zh = models.CharField(_("Chinese name"), max_length=80, blank=True, default="")
    kind = models.CharField(_("for"), max_length=10, choices=EarnKind.choices)
    event = models.CharField(_("event"), max_length=200, blank=True, default="")
    behaviour = models.CharField(_("behaviour"), max_length=12, choices=Behaviour.choices, blank=True, default="")
    points = models.DecimalField(_("points"), max_digits=10, decimal_places=4, validators=[MinValueValidator(0)])
    cap_per_day = models.PositiveIntegerField(_("most points a day"), null=True, blank=True)
    multiplied = models.BooleanField(_("multiplied by the membership's level"), default=False, db_default=False)
    expires_months = models.PositiveSmallIntegerField(_("months until they expire"), null=True, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("up to"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("Earn rule")
        verbose_name_plural = _("Earn rules")
        ordering = ["code", "starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=Q(ends_on__isnull=True), name="earnrule_one_open"),
            models.UniqueConstraint(fields=["code", "starts_on"], name="earnrule_one_a_day"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="earnrule_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(points__gte=0), name="earnrule_gives"),
            models.CheckConstraint(
                condition=~Q(kind="event") | ~Q(event="", behaviour=""), name="earnrule_event_is_named"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Level(models.Model):
    """A step of the ladder: reached by as many points as `points_needed` within the rolling period of the policy."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80, blank=True, default="")
    name_zh = models.CharField(_("Chinese name"), max_length=80, blank=True, default="")
    points_needed = models.PositiveIntegerField(_("points needed"), unique=True)
    multiplier = models.DecimalField(
        _("points multiplied by"), max_digits=4, decimal_places=2, default=1, db_default=1,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    benefits = models.CharField(_("benefits"), max_length=500, blank=True, default="")
    benefits_zh = models.CharField(_("benefits in Chinese"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("Level")
        verbose_name_plural = _("Levels")
        ordering = ["points_needed"]
        constraints = [
            models.CheckConstraint(condition=Q(multiplier__gte=0), name="level_multiplier_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name or self.code


class LevelMultiplier(models.Model):
    """What a level, by its code, multiplied points by up to `ends_on`, before it was changed; since then the next row
    holds, after the last one the ladder."""

    code = models.CharField(_("code"), max_length=60)
    multiplier = models.DecimalField(_("points multiplied by"), max_digits=4, decimal_places=2)
    ends_on = models.DateField(_("up to"))

    class Meta:
        ordering = ["code", "ends_on"]
        constraints = [
            models.UniqueConstraint(fields=["code", "ends_on"], name="levelmultiplier_one_a_day"),
            models.CheckConstraint(condition=Q(multiplier__gte=0), name="levelmultiplier_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.code} × {self.multiplier} up to {self.ends_on:%Y-%m-%d}"


class MembershipFigures(models.Model):
    """The sums of the membership page as last worked out: at most one row (services/points/figures.py). `basis` is
    what they depend on besides the facts; they are dropped when that changes."""

    basis = models.JSONField()
    figures = models.JSONField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"figures of {self.made_at:%Y-%m-%d %H:%M}"


class PointEntry(models.Model):
    """Growth points earned (+) or spent (−). Append-only: what was wrong is put right by a further revision.

    Earned entries are derived: their sum over a `source_key`, day and expiry is what the facts in force and the rules
    give, and ``rebuild`` makes them anew. Granted and spent ones are facts, known by their key. A spend carries the
    `expires_on` (the last day of use) of the points it took, so that a balance is a plain sum of what has not expired;
    where those points go, moved entries carry the debt to others (services/points/debts.py).
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="points", db_index=False)
    kind = models.CharField(
        _("kind"), max_length=8, choices=PointKind.choices, default=PointKind.GRANTED, db_default="granted"
    )
    points = models.IntegerField(_("points"))
    reason = models.CharField(_("reason"), max_length=120, blank=True, default="", db_default="")
    rule = models.CharField(_("rule"), max_length=40, blank=True, default="", db_default="")
    source_key = models.CharField(max_length=300)
    revision = models.PositiveIntegerField(default=1, db_default=1)
    made_by = models.CharField(_("made by"), max_length=254, blank=True, default="", db_default="")
    occurred_at = models.DateTimeField(_("occurred at"))
    occurred_on = models.DateField(_("occurred on"))
    expires_on = models.DateField(_("last day of use"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("Growth points")
        ordering = ["-occurred_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "source_key", "revision"], name="pointentry_once"),
            models.UniqueConstraint(
                fields=["source_key", "revision"], condition=~Q(kind="earned"), name="pointentry_key_once"
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "occurred_on"], name="pointentry_of_customer"),  # balance, level
        ]

    def __str__(self) -> str:
        return f"{self.points:+d}"
