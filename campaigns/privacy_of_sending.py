"""What campaigns hold on one customer, and how an erasure takes it out."""

from __future__ import annotations

from campaigns.enums import ATTEMPTABLE, CouponState, MessageState, Reason
from campaigns.models import Coupon, Decision, Enrollment, Message, Receipt
from retention.customers.models import Customer, Touch
from retention.customers.privacy import PrivacyPart, Rows, register


def export_messages(customer: Customer) -> Rows:
    """Campaigns, decisions with their reasons, messages as they were written, receipts and coupons."""
    enrollments = Enrollment.objects.filter(customer=customer).order_by("pk")
    decisions = Decision.objects.filter(customer=customer).order_by("pk")
    messages = Message.objects.filter(customer=customer).order_by("pk")
    receipts = Receipt.objects.filter(message__customer=customer).order_by("pk")
    coupons = Coupon.objects.filter(message__customer=customer).order_by("pk")
    return [
        *enrollments.values("campaign__name", "held_out", "enrolled_at"),
        *decisions.values("campaign__name", "verdict", "reasons", "evidence", "decided_at"),
        *messages.values("channel", "purpose", "state", "subject", "body", "planned_at", "accepted_at", "ended_at"),
        *receipts.values("kind", "raw", "occurred_at", "received_at"),
        *coupons.values("code", "state", "expires_at"),
    ]


def erase_messages(customer: Customer) -> dict[str, int]:
    """What is planned goes out no more; texts, answers and evidence are emptied; counts and states stay true."""
    waiting = Message.objects.filter(customer=customer, state__in=[*ATTEMPTABLE, MessageState.CLAIMED])
    keys = [f"message:{public_id}" for public_id in waiting.values_list("public_id", flat=True)]
    Touch.objects.filter(source_key__in=keys, reserved=True).delete()
    stopped = waiting.update(state=MessageState.WITHHELD, reason=Reason.ERASED)
    messages = Message.objects.filter(customer=customer)
    return {
        "messages_withheld": stopped,
        "messages_emptied": messages.update(subject="", body="", address_digest=None),
        "receipts_emptied": Receipt.objects.filter(message__customer=customer).update(raw=""),
        "decisions_emptied": Decision.objects.filter(customer=customer).update(evidence={}),
        "coupons_cut_loose": Coupon.objects.filter(
            message__customer=customer, state__in=[CouponState.COMMITTED, CouponState.REDEEMED]
        ).update(message=None),
    }


register(PrivacyPart("messages", export_messages, erase_messages))
