"""Who delivered to whom, and who cared, from when until when."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from retention.customers.models import Account, Customer
from retention.success.enums import AssignmentRole
from retention.success.models.contracts import ONE_PARTY


def _alone(party: str, role: AssignmentRole) -> ExclusionConstraint:
    """No two of `role` for one `party` at one time. A number is put into a range, since ranges need no extension."""
    return ExclusionConstraint(
        name=f"assignment_one_{role.value}_{party}",
        expressions=[
            (
                Func(party, party, Value("[]"), function="int8range", output_field=BigIntegerRangeField()),
                RangeOperators.OVERLAPS,
            ),
            (
                Func("starts_on", "until", function="daterange", output_field=DateRangeField()),
                RangeOperators.OVERLAPS,
            ),
        ],
        condition=Q(role=role.value, withdrawn=False, **{f"{party}__isnull": False}),
        deferrable=Deferrable.IMMEDIATE,
    )


class Assignment(models.Model):
    """`staff` (an e-mail address, or a name) has `role` from `starts_on` on.

    `ends_on` is the last day as it was told. `until` is worked out: the day after it, or the day on which somebody
    else takes over, whichever comes first; empty while it lasts.
    """

    key = models.CharField(max_length=64, unique=True)
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="assignments", db_index=False
    )
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="assignments", db_index=False
    )
    staff = models.CharField(_("who"), max_length=254)
    role = models.CharField(_("role"), max_length=8, choices=AssignmentRole.choices)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    properties = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    recorded_at = models.DateTimeField(_("recorded at"))
    withdrawn = models.BooleanField(_("withdrawn"), default=False, db_default=False)

    class Meta:
        verbose_name = _("Assignment")
        verbose_name_plural = _("Assignments")
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=ONE_PARTY, name="assignment_of_one_party"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("starts_on")), name="assignment_runs_forward"
            ),
            *(_alone(party, role) for party in ("account", "customer") for role in AssignmentRole),
        ]
        indexes = [
            models.Index(fields=["account", "role", "starts_on"], name="assignment_of_account"),  # history, load
            models.Index(fields=["customer", "role", "starts_on"], name="assignment_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.role}"
