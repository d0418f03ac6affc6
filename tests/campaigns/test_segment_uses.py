"""A campaign keeps the segment that it is for from being archived, until it is over."""

from __future__ import annotations

import pytest
from django.test import Client

from campaigns.enums import BandBy, CampaignStatus
from campaigns.models import Campaign
from campaigns.ready.win_back import create_win_back
from campaigns.segment_uses import find_campaigns
from campaigns.services.drafting import create_campaign
from retention.common.errors import DomainError
from retention.segments.models import Segment
from retention.segments.services.save import archive_segment
from tenants.governance.models import Policy
from tenants.models import Tenant
from tenants.people.models import User
from tests.campaigns.making import NOW
from tests.segments.conftest import SignedIn, browser  # noqa: F401

IN_IT = {"field": "in_segment", "op": "is", "value": True, "params": {"segment": "mine"}}
CARD = {"code": "vip", "name": "For some", "card": "shop", "priority": 1, "audience": "segment", "key": "mine"}


@pytest.fixture
def mine(tenant: Tenant) -> Segment:
    rule = {"field": "language", "op": "in", "value": ["en"]}
    return Segment.objects.create(code="mine", name="Mine", rule=rule, created_at=NOW, updated_at=NOW)


def test_a_segment_is_kept_while_something_uses_it(mine: Segment, max_: User, browser: SignedIn) -> None:  # noqa: F811
    create_campaign(name="Spring", name_zh="", segment=mine, actor=max_, now=NOW)
    asking = create_win_back(name="Asking", name_zh="", band_by=BandBy.RHYTHM, actor=max_, now=NOW)
    assert asking.current is not None
    asking.current.audience = {"all": [{"not": IN_IT}]}
    asking.current.save()
    Segment.objects.create(code="other", name="Other", rule={"all": [IN_IT]}, created_at=NOW, updated_at=NOW)
    Policy.objects.create(name="health.scorecards", value=[CARD])
    with pytest.raises(DomainError) as caught:
        archive_segment(segment=mine, actor=max_, now=NOW)
    assert caught.value.message == (
        "“Mine” is still asked who is in it, and these would stop working:"
        " 1 segment (“Other”); 1 scorecard (“For some”); 2 campaigns (“Asking”, “Spring”)."
    )
    page = browser(max_).get("/segments/mine/")
    assert [(use.told, [one.title for one in use.named]) for use in page.context["uses"]] == [
        ("1 segment", ["Other"]),
        ("1 scorecard", ["For some"]),
        ("2 campaigns", ["Asking", "Spring"]),
    ]
    assert f'href="/campaigns/{asking.public_id}/">Asking</a>' in page.content.decode()
    refused: Client = browser(max_)
    answer = refused.post("/segments/mine/archive/", follow=True)
    assert "these would stop working" in answer.content.decode()
    assert Segment.objects.get(code="mine").archived_at is None


def test_what_is_over_keeps_nothing(mine: Segment, max_: User) -> None:
    made = create_campaign(name="Spring", name_zh="", segment=mine, actor=max_, now=NOW)
    assert [one.title for one in find_campaigns(mine)] == ["Spring"]
    Campaign.objects.filter(pk=made.pk).update(status=CampaignStatus.STOPPED)
    assert find_campaigns(mine) == []
    archive_segment(segment=mine, actor=max_, now=NOW)
    mine.refresh_from_db()
    assert mine.archived_at == NOW


def test_names_are_for_those_who_may_see_them(mine: Segment, max_: User) -> None:
    create_campaign(name="Secret", name_zh="", segment=mine, actor=max_, now=NOW)
    with pytest.raises(DomainError) as caught:
        archive_segment(segment=mine, actor=None, now=NOW)
    assert "1 campaign." in caught.value.message
    assert "Secret" not in caught.value.message
