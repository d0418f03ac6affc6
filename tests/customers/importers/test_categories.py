"""Categories by file: names, departments and clocks; what a row leaves out stays."""

from __future__ import annotations

from retention.customers.models import Category
from tests.customers.importers.conftest import Bring, counts, refusals

HEAD = "category,name,parent,clock\n"


def standing() -> dict[str, tuple[str, str | None, str]]:
    rows = Category.objects.values_list("code", "name", "parent__code", "clock")
    return {code: (name, parent, clock) for code, name, parent, clock in rows}


def test_they_come_in_with_parents_that_nobody_had_and_the_same_again_changes_nothing(bring: Bring) -> None:
    text = HEAD + "milk,Milk,food,\nfilms,影片,,visit\n"
    assert counts(bring("categories", text)) == (2, 0, 0)
    assert standing() == {"food": ("", None, ""), "milk": ("Milk", "food", ""), "films": ("影片", None, "visit")}
    assert counts(bring("categories", text)) == (0, 2, 0)


def test_a_later_row_changes_what_it_fills_in_and_no_more(bring: Bring) -> None:
    bring("orders", "order_id,customer,ordered_at,amount,category\no1,ann,2024-03-01,5,milk\n")
    assert standing() == {"milk": ("", None, "")}
    bring("categories", HEAD + "milk,Milk,food,purchase\n")
    assert counts(bring("categories", "category,name\nmilk,Milk and cheese\n")) == (1, 0, 0)
    assert standing()["milk"] == ("Milk and cheese", "food", "purchase")
    assert counts(bring("categories", "category,clock\nmilk,tenant\n")) == (1, 0, 0)
    assert standing()["milk"] == ("Milk and cheese", "food", "")
    assert counts(bring("categories", "category,clock\nmilk,visit\n")) == (1, 0, 0)
    assert standing()["milk"][2] == "visit"


def test_none_lies_above_itself_by_this_file_or_by_what_stands(bring: Bring) -> None:
    bring("categories", HEAD + "milk,,food,\n")
    result = bring("categories", HEAD + "food,,milk,\nself,,self,\na,,b,\nb,,a,\nfine,,food,\nodd,,,hourly\n")
    assert counts(result) == (1, 0, 5)
    told = {(row["line"], row["column"]) for row in refusals(result)}
    assert told == {("2", "parent"), ("3", "parent"), ("4", "parent"), ("5", "parent"), ("7", "clock")}
    assert standing()["food"] == ("", None, "")
    assert standing()["fine"] == ("", "food", "")
