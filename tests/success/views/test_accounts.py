"""The portfolio, and what is written down on an account's page."""

from __future__ import annotations

import pytest

from retention.customers.models import Account, Event
from tenants.people.models import User
from tests.success.conftest import make_account
from tests.tenants.people.browser import signed_in


@pytest.mark.parametrize("rating", ["²", "five", "0", "6", "-1", "1e1"])
def test_what_is_no_rating_is_refused_in_words(account: Account, carl: User, rating: str) -> None:
    client = signed_in(carl)
    sent = client.post(f"/accounts/{account.public_id}/note/", {"rating": rating, "summary": "Quiet"}, follow=True)
    assert (sent.status_code, Event.objects.count()) == (200, 0)
    assert "alert-danger" in sent.content.decode()


def test_the_portfolio_is_found_by_name_id_and_csm(account: Account, carl: User) -> None:
    make_account("b-2", name="Bolt", csm="lin@example.com")
    client = signed_in(carl)

    def found(query: str) -> list[bool]:
        page = client.get(f"/portfolio/?{query}").content.decode()
        return [name in page for name in ("A-1", "Bolt")]

    assert found("") == [True, True]
    assert found("q=bol") == found("q=b-2") == found("q=lin%40") == [False, True]
    assert found("mine=me") == [True, False]
