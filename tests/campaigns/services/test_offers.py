"""Offers are made, changed and archived; what was given is never undercut."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from campaigns.enums import CampaignStatus, OfferKind
from campaigns.forms import StepForm
from campaigns.models import Campaign, Offer
from campaigns.ready.win_back import create_win_back
from campaigns.selectors.offers import living_uses, running_uses
from campaigns.services.coupons import reserve_coupons
from campaigns.services.offers import Terms, TermsRefused, archive_offer, change_offer, create_offer
from retention.common.errors import Conflict
from tenants.governance.models import AuditEntry
from tenants.people.models import User
from tests.campaigns.sending.world import NOW, make_campaign, make_message, make_offer, make_people

pytestmark = pytest.mark.usefixtures("tenant")
LATER = NOW + timedelta(hours=1)
TERMS = Terms("Ten off", "立减十元", Decimal(10), Decimal(50), limit=3, stacks=True, audience="returning")


def make(max_: User, **given: Any) -> Offer:
    return create_offer(**{"terms": TERMS, "kind": "coupon", "actor": max_, "now": NOW, **given})


def acts() -> list[tuple[str, dict[str, Any]]]:
    return [(entry.action, entry.detail) for entry in AuditEntry.objects.filter(action__startswith="offer.")
            .order_by("position")]  # fmt: skip


def give(offer: Offer, count: int) -> None:
    campaign = make_campaign(f"gives {offer.code}", offer=offer, launched=True)
    messages = [make_message(campaign, person) for person in make_people(count)]
    with transaction.atomic():
        reserve_coupons({message.pk: offer.pk for message in messages}, now=NOW)


def test_a_coupon_makes_its_codes_and_the_audit_tells_its_terms(max_: User) -> None:
    made = make(max_)
    assert (made.code, made.has_codes, made.makes_codes, Terms.of(made)) == ("ten-off", True, True, TERMS)
    assert acts() == [
        (
            "offer.created",
            {
                "kind": "coupon", "name": "Ten off", "name_zh": "立减十元", "value": "10.00", "minimum_spend": "50.00",
                "limit": 3, "valid_days": 14, "stacks": True, "audience": "returning",
            },
        )
    ]  # fmt: skip


def test_other_kinds_have_no_codes(max_: User) -> None:
    kinds = [kind for kind in OfferKind.values if kind != "coupon"]
    made = [make(max_, kind=kind, terms=replace(TERMS, limit=None)) for kind in kinds]
    assert [(offer.has_codes, offer.makes_codes) for offer in made] == [(False, False)] * 4
    assert [offer.code for offer in made] == ["ten-off", "ten-off-2", "ten-off-3", "ten-off-4"]
    with pytest.raises(TermsRefused) as refused:
        make(max_, kind="service")
    assert (refused.value.code, refused.value.field) == ("offer_without_codes", "limit")


def test_a_code_is_given_once_even_to_an_archived_offer(max_: User) -> None:
    archive_offer(offer=make(max_, code="ten"), actor=max_, now=NOW)
    with pytest.raises(TermsRefused) as refused:
        make(max_, code="ten")
    assert (refused.value.code, refused.value.field) == ("offer_code_taken", "code")
    assert make(max_, terms=replace(TERMS, name="十元")).code == "offer"


@pytest.mark.parametrize("value", ["0", "0.5", "10.5", "1000001"])
def test_points_are_whole_and_some(max_: User, value: str) -> None:
    with pytest.raises(TermsRefused) as refused:
        make(max_, kind="points", terms=Terms("Points", value=Decimal(value)))
    assert (refused.value.field, refused.value.message) == (
        "value",
        "Growth points are a whole number from 1 to 1,000,000.",
    )
    assert not Offer.objects.exists()


@pytest.mark.parametrize("value", [1, 1_000_000])
def test_points_within_the_bounds(max_: User, value: int) -> None:
    assert make(max_, kind="points", terms=Terms("Points", value=Decimal(value))).value == value


def test_a_change_is_told_by_what_it_changed(max_: User) -> None:
    offer = make(max_)
    new = replace(TERMS, value=Decimal("12.5"), audience="new", stacks=False, limit=None)
    changed = change_offer(offer=offer, terms=new, seen=offer.updated_at, actor=max_, now=LATER)
    assert (Terms.of(changed), changed.updated_at, changed.code) == (new, LATER, "ten-off")
    assert acts()[1:] == [
        (
            "offer.changed",
            {
                "value": ["10.00", "12.50"],
                "limit": [3, None],
                "stacks": [True, False],
                "audience": ["returning", "new"],
            },
        )
    ]
    same = change_offer(offer=changed, terms=new, seen=LATER, actor=max_, now=LATER + timedelta(hours=1))
    assert (same.updated_at, len(acts())) == (LATER, 2)


def test_a_change_on_old_sight_is_refused(max_: User) -> None:
    offer = make(max_)
    change_offer(offer=offer, terms=replace(TERMS, valid_days=9), seen=NOW, actor=max_, now=LATER)
    for seen in (NOW, None):
        with pytest.raises(Conflict) as refused:
            change_offer(offer=offer, terms=TERMS, seen=seen, actor=max_, now=LATER)
        assert refused.value.code == "offer_changed"
    offer.refresh_from_db()
    assert offer.valid_days == 9


def test_a_limit_below_what_is_out_is_refused(max_: User) -> None:
    offer = make(max_)
    give(offer, 2)
    with pytest.raises(TermsRefused) as refused:
        change_offer(offer=offer, terms=replace(TERMS, limit=1), seen=NOW, actor=max_, now=LATER)
    error = refused.value
    assert (error.status, error.code, error.field) == (422, "offer_limit_below_taken", "limit")
    assert (error.message, error.mend) == ("2 codes are reserved or given already.", "Choose at least 2.")
    changed = change_offer(offer=offer, terms=replace(TERMS, limit=2), seen=NOW, actor=max_, now=LATER)
    assert (changed.limit, changed.taken) == (2, 2)


def test_an_archived_offer_is_not_offered_but_a_step_keeps_it(max_: User) -> None:
    kept, gone = make(max_), make(max_)
    for _twice in range(2):
        archive_offer(offer=gone, actor=max_, now=LATER)
    assert [action for action, _detail in acts()] == ["offer.created", "offer.created", "offer.archived"]
    assert list(StepForm().fields["offer"].queryset) == [kept]  # type: ignore[attr-defined]
    assert list(StepForm(held=gone).fields["offer"].queryset) == [kept, gone]  # type: ignore[attr-defined]
    with pytest.raises(Conflict):
        change_offer(offer=gone, terms=TERMS, seen=LATER, actor=max_, now=LATER)


@pytest.mark.parametrize(("status", "is_over"), [("draft", False), ("running", False), ("paused", False),
                                                 ("stopped", True), ("finished", True)])  # fmt: skip
def test_what_a_living_campaign_gives_is_not_archived(max_: User, status: str, is_over: bool) -> None:
    offer, other = make(max_), make_offer("other")
    campaign = make_campaign(offer=offer, launched=True)
    Campaign.objects.update(status=status)
    make_campaign("of the other", offer=other, launched=True)
    if is_over:
        archive_offer(offer=offer, actor=max_, now=LATER)
        assert Offer.objects.get(archived_at=LATER) == offer
        return
    with pytest.raises(Conflict) as refused:
        archive_offer(offer=offer, actor=max_, now=LATER)
    assert (refused.value.code, refused.value.message) == ("offer_in_use", "1 campaign gives this offer.")
    assert living_uses([offer.pk]) == {offer.pk: [campaign]}
    assert running_uses(offer.pk) == (status == CampaignStatus.RUNNING)


def test_the_ready_campaign_brings_its_archived_offers_back(max_: User) -> None:
    Offer.objects.create(code="win-back-coupon", name="Kept", archived_at=NOW, created_at=NOW, updated_at=NOW)
    create_win_back(name="Back", name_zh="", band_by="r", actor=max_, now=LATER)
    assert list(Offer.objects.filter(archived_at=None).values_list("code", "name")) == [
        ("win-back-coupon", "Kept"),
        ("win-back-trial", "Membership trial"),
    ]
