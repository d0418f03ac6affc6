"""kill -9 of an import at any moment: nothing of it is kept, and the same command brings all of it in."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

import pytest

from tests.chaos.installation import Installation

ROWS = 60_000


@pytest.fixture(scope="module")
def calm(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """A file, and how long an undisturbed import of it takes."""
    path = tmp_path_factory.mktemp("import") / "orders.csv"
    with path.open("w") as file:
        file.write("order_id,customer,ordered_at,amount,category\n")
        for number in range(ROWS):
            day = f"2024-{1 + number % 12:02}-{1 + number % 28:02}"
            file.write(f"o{number},c{number % 997},{day},{number % 50},k{number % 9}\n")
    create(installation, "quiet")
    began = time.monotonic()
    assert installation.run("import_data", "quiet", "orders", str(path))["kept"] == ROWS
    return path, time.monotonic() - began


def create(installation: Installation, slug: str) -> None:
    installation.run(
        "create_tenant", slug, "--name", slug, "--domain", f"{slug}.localhost", "--admin-email", "a@example.com"
    )


def test_a_killed_import_is_all_or_nothing(
    installation: Installation, calm: tuple[Path, float], chance: Random
) -> None:
    path, seconds = calm
    slug = f"killed{chance.randrange(1 << 30)}"
    create(installation, slug)
    with installation.start(["manage.py", "import_data", slug, "orders", str(path), "--json"]) as command:
        command.wait_at_most(chance.uniform(0.2, 1.0) * seconds)
    orders = f"SELECT count(*) FROM t_{slug}.customers_order"
    assert installation.ask(orders) in ([(0,)], [(ROWS,)])
    again = installation.run("import_data", slug, "orders", str(path))
    assert (again["read"], again["refused"], again["kept"] + again["unchanged"]) == (ROWS, 0, ROWS)
    assert again["kept"] in (0, ROWS)
    states = (
        "SELECT c.external_id, first_order_on, last_order_on, order_days, net_revenue, year_revenue"
        " FROM t_{0}.customers_customerstate s JOIN t_{0}.customers_customer c ON c.id = s.customer_id ORDER BY 1"
    )
    assert installation.ask(states.format(slug)) == installation.ask(states.format("quiet"))
