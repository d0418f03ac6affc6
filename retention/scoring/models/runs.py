"""A run: what was asked, how far it is, what it was made of. The row decides; the queue only wakes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from retention.common.ids import uuid7
from retention.scoring.enums import RunKind, RunStatus, ShardStatus


class ScoreRun(models.Model):
    """All scores of one tenant as of one day. At most one run is current: pages and rules read that one.

    A refresh has no scores of its own once it is done: they are the current run's, which it moved on to its day.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    as_of = models.DateField(_("as of"))
    kind = models.CharField(
        _("kind of run"), max_length=8, choices=RunKind.choices, default=RunKind.FULL, db_default="full"
    )
    base = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="refreshes")
    scored_on = models.DateField(_("scored in full as of"), null=True, blank=True)
    known_at = models.DateTimeField(_("known at"), null=True, blank=True)
    policy_at = models.DateTimeField(_("policies of"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=RunStatus.choices, default=RunStatus.QUEUED)
    is_current = models.BooleanField(_("in force"), default=False)
    fingerprint = models.CharField(_("fingerprint"), max_length=64, blank=True, default="")
    plan = models.JSONField(default=dict)  # policies, models, cut points, thresholds: what every shard must agree on
    summary = models.JSONField(default=dict)  # pools, tiers, radar: what the dashboard shows
    seen = models.JSONField(
        default=dict, db_default=models.Value({}, models.JSONField())
    )  # services.seen: what is news
    customers = models.PositiveIntegerField(_("customers"), default=0)
    shards = models.PositiveIntegerField(default=0)
    message = models.TextField(_("message"), blank=True, default="")
    scheduled = models.BooleanField(_("by schedule"), default=False, db_default=False)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    requested_at = models.DateTimeField(_("requested at"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("Score run")
        verbose_name_plural = _("Score runs")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["is_current"], condition=Q(is_current=True), name="scorerun_one_current"),
            models.UniqueConstraint(
                fields=["as_of"], condition=Q(scheduled=True) & ~Q(status="failed"), name="scorerun_scheduled_once"
            ),
        ]
        indexes = [
            models.Index(fields=["as_of", "id"], name="scorerun_by_date"),  # scores of a date; the list, sorted
            models.Index(fields=["status", "id"], name="scorerun_by_status"),  # what is still to do
        ]

    def __str__(self) -> str:
        return f"{self.as_of:%Y-%m-%d}"

    @property
    def progress(self) -> float:
        """Share of the shards that are done, 0–1; 1 only when the run is."""
        if self.status == RunStatus.DONE:
            return 1.0
        done = self.pieces.filter(status=ShardStatus.DONE).count()
        return 0.95 * done / self.shards if self.shards else 0.0

    @property
    def seconds(self) -> float | None:
        """How long it took, by the machine's own clock; None before the end."""
        took: float | None = self.summary.get("seconds")
        return took


class ScoreShard(models.Model):
    """A range of customers of one run, scored in one transaction by whoever holds the lock on this row.

    The lock is the lease: it ends with the worker's connection, also when the worker is killed.
    """

    run = models.ForeignKey(ScoreRun, on_delete=models.CASCADE, related_name="pieces", db_index=False)
    number = models.PositiveIntegerField()
    low = models.BigIntegerField()  # customers low ≤ id < high
    high = models.BigIntegerField()
    status = models.CharField(max_length=8, choices=ShardStatus.choices, default=ShardStatus.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    customers = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True, default="")
    summary = models.JSONField(default=dict)

    class Meta:
        ordering = ["run", "number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="scoreshard_number_unique")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"


class CardMember(models.Model):
    """Who has a scorecard of their own in an unfinished run, fixed when it was prepared. Read by its shards alone."""

    pk = models.CompositePrimaryKey("run", "customer_id")
    run = models.ForeignKey(ScoreRun, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    customer_id = models.BigIntegerField()
    place = models.PositiveSmallIntegerField()  # of the card, by priority, from 1

    class Meta:
        ordering = ["run", "customer_id"]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.place}"


class Restated(models.Model):
    """Whom a refresh looks at again, chosen when it is prepared; `news`: their facts changed, not only the day.

    Dropped when it has come into force. Read by nobody else.
    """

    pk = models.CompositePrimaryKey("run", "customer")
    run = models.ForeignKey(
        ScoreRun, on_delete=models.CASCADE, related_name="restated", db_constraint=False, db_index=False
    )
    customer = models.BigIntegerField()
    news = models.BooleanField()

    class Meta:
        ordering = ["run", "customer"]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.customer}"


class PaidTerms(models.Model):
    """What a run saw of one customer's paid terms, as a mark that changes when any of them does, and the first day of
    them. Kept of the run in force and of unfinished ones; compared by the next run."""

    pk = models.CompositePrimaryKey("run", "customer")
    run = models.ForeignKey(ScoreRun, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    customer = models.BigIntegerField()
    mark = models.BigIntegerField()
    first_on = models.DateField()

    class Meta:
        ordering = ["run", "customer"]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.customer}"


class ScoreModel(models.Model):
    """The card of one fitted model of one run. Where it is not identified, screens show `reason`, not numbers."""

    run = models.ForeignKey(ScoreRun, on_delete=models.CASCADE, related_name="models", db_index=False)
    name = models.CharField(_("model"), max_length=20)
    parameters = models.JSONField(_("parameters"))
    relative_errors = models.JSONField(default=list)
    log_likelihood = models.FloatField(_("log-likelihood"), null=True)
    identified = models.BooleanField(_("identified"))
    reason = models.TextField(_("reason"), blank=True, default="")
    customers = models.PositiveIntegerField(_("customers"))
    repeat_customers = models.PositiveIntegerField(_("repeat customers"))
    details = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))  # what its page shows
    holdout = models.JSONField(default=dict)  # the forecast check on the past, when there is enough past

    class Meta:
        verbose_name = _("Model")
        verbose_name_plural = _("Models")
        ordering = ["run", "name"]
        constraints = [models.UniqueConstraint(fields=["run", "name"], name="scoremodel_name_unique")]

    def __str__(self) -> str:
        return self.name


class ChurnCard(models.Model):
    """What a run's churn model learned from and how well it did where it had not looked; or why there is none."""

    run = models.OneToOneField(ScoreRun, on_delete=models.CASCADE, related_name="churn")
    is_model = models.BooleanField(_("by a model"))
    card = models.JSONField(_("card"), default=dict)

    class Meta:
        verbose_name = _("Churn model")
        verbose_name_plural = _("Churn models")
        ordering = ["run"]

    def __str__(self) -> str:
        return str(self.run_id)
