"""The strict environment reader: right values in their type, wrong ones refused with a mend."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from retention.common.environment import VARIABLES, Environment, EnvironmentRefused

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


def refusal(read: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(EnvironmentRefused) as caught:
        read()
    assert caught.value.code == "environment"
    return caught.value.message, caught.value.mend


def test_a_mistyped_name_is_refused_with_the_nearest_one() -> None:
    assert refusal(lambda: Environment({"STAY_CLOK": "2026-01-01"})) == (
        "STAY_CLOK is not a variable of Stay.",
        "Did you mean STAY_CLOCK?",
    )


def test_a_far_name_lists_what_is_known() -> None:
    message, mend = refusal(lambda: Environment({"STAY_ZZZZZZZZZZ": "1"}))
    assert message == "STAY_ZZZZZZZZZZ is not a variable of Stay."
    assert mend == f"Unset it. Known are: {', '.join(sorted(VARIABLES))}."


def test_names_of_other_programs_are_left_alone() -> None:
    assert Environment({"PATH": "/bin", "STAYING": "1"}).text("PATH") == "/bin"


def test_reading_an_undeclared_name_is_a_defect() -> None:
    with pytest.raises(LookupError, match="STAY_NEW is read but not declared"):
        Environment({}).text("STAY_NEW", "x")


def test_required_and_empty() -> None:
    assert refusal(lambda: Environment({}).text("A")) == ("A is not set.", "Set A in the environment.")
    assert refusal(lambda: Environment({"A": " "}).text("A", "x")) == (
        "A is set but empty.",
        "Unset A or give it a value.",
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", True), ("Yes", True), ("on", True), ("0", False), ("FALSE", False), ("off", False)],
)
def test_boolean(text: str, value: bool) -> None:
    assert Environment({"A": text}).boolean("A") is value
    assert Environment({}).boolean("A", value) is value


def test_boolean_refuses_a_guess() -> None:
    message, mend = refusal(lambda: Environment({"A": "maybe"}).boolean("A", True))
    assert (message, mend) == ("A is 'maybe', neither true nor false.", "Set it to 1 or 0.")


def test_integer_and_its_ends() -> None:
    environment = Environment({"A": "20", "B": "-3", "C": "1e3", "D": "1_000", "E": "２０"})
    assert environment.integer("A", at_least=1, at_most=20) == 20
    assert environment.integer("B") == -3
    assert environment.integer("Z", 7) == 7
    assert refusal(lambda: environment.integer("A", at_most=19)) == ("A is 20.", "Set it to 19 or less.")
    assert refusal(lambda: environment.integer("B", at_least=1)) == ("B is -3.", "Set it to 1 or more.")
    for name in ("C", "D", "E"):
        assert refusal(lambda name=name: environment.integer(name))[1] == "Set it to digits alone."


def test_choice() -> None:
    assert Environment({"A": "b"}).choice("A", ["a", "b"]) == "b"
    assert refusal(lambda: Environment({"A": "B"}).choice("A", ["b", "a"])) == (
        "A is 'B'.",
        "Set it to one of: a, b.",
    )


def test_url_and_what_it_never_repeats() -> None:
    url = "postgresql://u:geheim@host:5432/stay"
    assert Environment({"A": url}).url("A", schemes=["postgresql", "postgres"]) == url
    wrong = {
        "mysql://u:geheim@host/stay": "A has the scheme 'mysql'.",
        "u:geheim@host": "A is not an address.",
        "postgresql:///geheim": "A names no host.",
        "postgresql://u:geheim@host:port/stay": "A is not an address.",
        "postgresql://[u:geheim@host": "A is not an address.",
    }
    for value, expected in wrong.items():
        message, mend = refusal(lambda value=value: Environment({"A": value}).url("A", schemes=["postgresql"]))
        assert message == expected
        assert "geheim" not in message + mend
        assert mend.startswith("Write it as postgresql://user:password@host:port/name.")


def test_items() -> None:
    assert Environment({"A": "a, b ,c"}).items("A") == ["a", "b", "c"]
    assert Environment({}).items("A", ["x"]) == ["x"]
    assert refusal(lambda: Environment({"A": "a,,b"}).items("A"))[0] == "A has an empty item."


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("500ms", timedelta(milliseconds=500)),
        ("30s", timedelta(seconds=30)),
        ("5m", timedelta(minutes=5)),
        ("2h", timedelta(hours=2)),
        ("1d", timedelta(days=1)),
    ],
)
def test_duration(text: str, value: timedelta) -> None:
    assert Environment({"A": text}).duration("A") == value
    assert Environment({}).duration("A", value) == value


@pytest.mark.parametrize("text", ["30", "s", "-5m", "1 h", "1w", "1.5h"])
def test_duration_without_a_whole_count_and_a_unit_is_refused(text: str) -> None:
    message, mend = refusal(lambda: Environment({"A": text}).duration("A"))
    assert message == f"A is {text!r}, not a duration."
    assert mend == "Write a count and a unit: 500ms, 30s, 5m, 2h or 1d."


def test_text_of_a_least_length() -> None:
    assert Environment({"A": "x" * 50}).text("A", at_least=50) == "x" * 50
    assert Environment({}).text("A", "", at_least=50) == ""
    assert refusal(lambda: Environment({"A": "short"}).text("A", at_least=50)) == (
        "A has 5 characters.",
        "Give it at least 50 characters.",
    )


def test_the_operations_page_lists_every_variable() -> None:
    rows = [line for line in OPERATIONS.read_text(encoding="utf-8").splitlines() if line.startswith("| `STAY_")]
    assert {row.split("`")[1]: row.split("|")[2].strip() for row in rows} == VARIABLES
