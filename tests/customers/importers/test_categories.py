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


def test_a_refused_row_that_brings_back_a_parent_makes_no_ring_either(bring: Bring) -> None:
    """a and b name each other, so that a keeps what stood: milk; then milk can't lie below a."""
    bring("categories", HEAD + "a,,milk,\n")
    result = bring("categories", HEAD + "a,,b,\nb,,a,\nmilk,,a,\n")
    assert counts(result) == (0, 0, 3)
    assert {row["line"] for row in refusals(result)} == {"2", "3", "4"}
    assert {code: parent for code, (_name, parent, _clock) in standing().items()} == {"a": "milk", "milk": None}


def test_many_thousands_of_categories_in_one_long_line_and_a_ring(bring: Bring) -> None:
    """Each lies below the one before; in the first file the first would lie below the last."""
    lines = [f"c{number},,c{number - 1}," for number in range(1, 20_000)]
    assert counts(bring("categories", HEAD + "\n".join([*lines, "c0,,c19999,"]) + "\n")) == (0, 0, 20_000)
    assert counts(bring("categories", HEAD + "\n".join([*lines, "side,,c9,"]) + "\n")) == (20_000, 0, 0)
    result = bring("categories", HEAD + "c0,,c19999,\nc0,,elsewhere,\n")
    assert ({row["line"] for row in refusals(result)}, standing()["c0"][1]) == ({"2"}, "elsewhere")
