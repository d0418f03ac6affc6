"""The panel of decisions names the offer that stood in the way."""

from __future__ import annotations

import pytest
from django.utils import translation

from campaigns.models import Decision
from campaigns.panels.decisions import decisions_of
from tests.campaigns.sending.world import NOW, make_campaign, make_offer, make_people

pytestmark = pytest.mark.usefixtures("tenant")


def test_the_other_offer_is_named() -> None:
    ann, ben = make_people(2)
    make_offer("five", name="Five off", name_zh="立减五元")
    campaign = make_campaign(offer=make_offer("ten"))
    for who, reasons, evidence in (
        (ann, ["other_offer", "too_late"], {"beside": "five"}),
        (ann, ["other_offer"], {"beside": "of-old"}),
        (ann, ["other_offer"], {}),
        (ben, ["no_consent"], {"beside": "ten"}),
    ):
        Decision.objects.create(
            campaign=campaign, customer=who, verdict="no", reasons=reasons, evidence=evidence, decided_at=NOW
        )
    by_key = sorted(decisions_of(ann), key=lambda shown: shown.decision.pk)
    assert [shown.reasons[0] for shown in by_key] == [
        "the offer “Five off” can’t be combined with this one and is still open",
        "the offer “of-old” can’t be combined with this one and is still open",
        "another offer that can’t be combined with this one is still open",
    ]
    assert len(by_key[0].reasons) == 2
    assert [shown.reasons for shown in decisions_of(ben)] == [["no consent for the channel"]]
    with translation.override("zh-hans"):
        named = {shown.reasons[0] for shown in decisions_of(ann)}
    assert "权益“立减五元”不能与本权益同时持有，且仍未到期" in named
