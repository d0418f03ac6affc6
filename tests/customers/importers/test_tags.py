"""Tags of other systems: a file replaces those of its source, says what it can't read, and repeats nothing."""

from __future__ import annotations

from datetime import timedelta

from retention.customers.models import CustomerTag
from tests.customers.importers.conftest import NOW, Bring, counts, refusals

HEAD = "customer,source,tags\n"


def standing() -> list[tuple[str, str, str]]:
    rows = CustomerTag.objects.filter(removed_at=None).order_by("customer__external_id", "source", "tag")
    return list(rows.values_list("customer__external_id", "source", "tag"))


def test_tags_come_in_and_the_same_again_changes_nothing(bring: Bring) -> None:
    text = HEAD + 'ann,WeCom,"VIP;mother, likes tea"\nann,wecom,vegan\nben,feishu,宝妈、会员;老客\n'
    assert counts(bring("tags", text)) == (3, 0, 0)
    assert standing() == [
        ("ann", "wecom", "VIP"), ("ann", "wecom", "likes tea"), ("ann", "wecom", "mother"), ("ann", "wecom", "vegan"),
        ("ben", "feishu", "会员"), ("ben", "feishu", "宝妈"), ("ben", "feishu", "老客"),
    ]  # fmt: skip
    assert counts(bring("tags", text)) == (0, 3, 0)
    assert CustomerTag.objects.count() == 7


def test_a_source_replaces_its_own_and_no_other(bring: Bring) -> None:
    bring("tags", HEAD + "ann,wecom,VIP;mother\nann,feishu,VIP\nben,wecom,VIP\n")
    later = NOW + timedelta(days=2)
    assert counts(bring("tags", HEAD + "ann,wecom,mother;tea\n", now=later)) == (1, 0, 0)
    assert standing() == [
        ("ann", "feishu", "VIP"), ("ann", "wecom", "mother"), ("ann", "wecom", "tea"), ("ben", "wecom", "VIP"),
    ]  # fmt: skip
    gone = CustomerTag.objects.exclude(removed_at=None)
    assert list(gone.values_list("tag", "added_at", "removed_at")) == [("VIP", NOW, later)]


def test_deleted_takes_all_of_one_source_off(bring: Bring) -> None:
    bring("tags", HEAD + "ann,wecom,VIP;mother\nann,feishu,VIP\n")
    text = "customer,source,tags,deleted\nann,wecom,,true\n"
    assert counts(bring("tags", text)) == (1, 0, 0)
    assert standing() == [("ann", "feishu", "VIP")]
    assert counts(bring("tags", text)) == (0, 1, 0)


def test_what_can_t_be_read_is_told_with_its_mend(bring: Bring) -> None:
    result = bring("tags", HEAD + f"ann,wecom,{'x' * 61}\nann,wecom, ; \nann,,VIP\nann,wecom,VIP\n")
    assert counts(result) == (1, 0, 3)
    told = {(row["line"], row["column"]): (row["reason"], row["mend"]) for row in refusals(result)}
    assert told["2", "tags"] == (
        "A tag is longer than 60 signs.",
        "Shorten it, or put a comma or semicolon between tags.",
    )
    assert told["3", "tags"][0] == "No tag is given."
    assert ("4", "source") in told
    assert standing() == [("ann", "wecom", "VIP")]
