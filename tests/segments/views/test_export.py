"""A segment's customers as a file: whole, without formulas, mail or phone, and never without a trace."""

from __future__ import annotations

import csv
import io

import pytest

from retention.segments.models import SegmentSnapshot
from retention.segments.services import export
from tenants.governance.models import AuditEntry
from tenants.people.models import User
from tests.conftest import PASSWORD
from tests.segments.conftest import SignedIn
from tests.segments.world import World


@pytest.mark.parametrize("chunk", [1, 2000])
def test_the_file_holds_everybody_once(
    world: World, max_: User, browser: SignedIn, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(export, "CHUNK", chunk)
    for name in ("=1+1", "bob", "cleo"):
        someone = world.customer(f"id {name}", name=name, email="secret@mail.example", phone="+861380013800")
        world.score(someone, pool="lost", tier="key_save", high_value=True, health=12.34)
    world.order(someone, 40, "99.50")
    world.settle()
    answer = browser(max_).post("/segments/high_value_lost/export/")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == 'attachment; filename="high_value_lost-2026-03-31.csv"'
    assert list(csv.reader(io.StringIO(text))) == [
        list(export.HEADER),
        ["id =1+1", "'=1+1", "lost", "key_save", "12.3", "", "", "0.00"],
        ["id bob", "bob", "lost", "key_save", "12.3", "", "", "0.00"],
        ["id cleo", "cleo", "lost", "key_save", "12.3", "2026-02-19", "", "99.50"],
    ]
    entry = AuditEntry.objects.get(action="segment.export")
    assert (entry.target, entry.detail) == ("segment:high_value_lost", {"customers": 3, "as_of": "2026-03-31"})


def test_a_viewer_takes_nothing_away(world: World, vera: User, browser: SignedIn) -> None:
    assert browser(vera).post("/segments/high_value_lost/export/").status_code == 403
    assert AuditEntry.objects.filter(action="segment.export").count() == 0


def test_no_file_leaves_before_its_taker_confirmed(world: World, max_: User, browser: SignedIn) -> None:
    client = browser(max_)
    client.post("/segments/high_value_lost/freeze/", {"name": "Spring"})
    snapshot = SegmentSnapshot.objects.get()
    doors = ("export/", "audience/", "history/export/", f"snapshots/{snapshot.public_id}/export/")
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    for door in doors:
        answer = client.post(f"/segments/high_value_lost/{door}", {"platform": "google"})
        assert (door, answer.headers.get("Location", "").split("?")[0]) == (door, "/accounts/reauthenticate/")
    assert AuditEntry.objects.filter(action__in=("segment.export", "segment.audience")).count() == 0
    assert client.post("/segments/nowhere/export/").status_code == 404
    asked = client.post("/segments/high_value_lost/export/")
    answer = client.post(asked["Location"], {"password": PASSWORD})
    assert 'filename="high_value_lost-2026-03-31.csv"' in answer["Content-Disposition"]  # the form goes on by itself
    assert [
        client.post(f"/segments/high_value_lost/{door}", {"platform": "google"}).status_code for door in doors
    ] == [200] * 4
