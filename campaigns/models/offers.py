"""What is given: offers with a budget, and their unique codes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.enums import CouponState, OfferAudience, OfferKind
from retention.common.ids import uuid7


class Offer(models.Model):
    """A benefit. A customer holds another beside it only where both `stack`, and never a new and a returning one.

    At most `limit` codes of it are out at once (reserved or given): a constraint holds the budget.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.SlugField(_("code"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("Chinese name"), max_length=120, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=16, choices=OfferKind.choices, default=OfferKind.COUPON)
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2, default=0, db_default=0)
    minimum_spend = models.DecimalField(_("minimum spend"), max_digits=14, decimal_places=2, default=0, db_default=0)
    has_codes = models.BooleanField(_("has unique codes"), default=True, db_default=True)
    makes_codes = models.BooleanField(_("codes are made when they are needed"), default=True, db_default=True)
    limit = models.PositiveIntegerField(_("most codes"), null=True, blank=True)
    taken = models.PositiveIntegerField(_("codes reserved or given"), default=0, db_default=0)
    valid_days = models.PositiveIntegerField(_("valid for days"), default=14, db_default=14)
    stacks = models.BooleanField(_("adds to other offers"), default=False, db_default=False)
    audience = models.CharField(
        _("for"), max_length=9, choices=OfferAudience.choices, default=OfferAudience.ANYONE, db_default="anyone"
    )
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))

    class Meta:
        verbose_name = _("Offer")
        verbose_name_plural = _("Offers")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(limit__isnull=True) | Q(taken__lte=F("limit")), name="offer_within_its_budget"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Coupon(models.Model):
    """One code. Reserved when a message is claimed, given when it was accepted, free again when it failed."""

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="coupons")
    code = models.CharField(_("code"), max_length=40, unique=True)
    state = models.CharField(
        _("state"), max_length=10, choices=CouponState.choices, default=CouponState.FREE, db_default="free"
    )
    message = models.OneToOneField(
        "campaigns.Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="coupon"
    )
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    given_at = models.DateTimeField(_("given at"), null=True, blank=True)
    redeemed_at = models.DateTimeField(_("redeemed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("Coupon")
        verbose_name_plural = _("Coupons")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["offer", "id"], condition=Q(state="free"), name="coupon_free"),  # the next free one
        ]

    def __str__(self) -> str:
        return self.code
