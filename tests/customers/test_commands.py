"""The commands of this app, as a script uses them."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

from retention.customers.management.commands import import_data, rebuild
from retention.customers.models import Order
from tenants.commands import StayCommand
from tenants.context import use_tenant
from tenants.models import Tenant


def answer(command: type[StayCommand], *arguments: str) -> tuple[int, Any]:
    """(exit code, the JSON on stdout)."""
    out = StringIO()
    name = command.__module__.rsplit(".", 1)[1]
    code = command(stdout=out, stderr=StringIO()).answer(["manage.py", name, *arguments, "--json"])
    return code, json.loads(out.getvalue())


def test_import_data_prints_its_counts(acme: Tenant, tmp_path: Path) -> None:
    path, file_map = tmp_path / "o.txt", tmp_path / "map.json"
    path.write_text("ann;01.02.2024;5\nben;31.02.2024;5\n")
    file_map.write_text(
        json.dumps(
            {
                "format": {"delimiter": ";", "header": ["who", "when", "amount"], "date": "%d.%m.%Y"},
                "columns": {"who": "customer", "when": "ordered_at"},
            }
        )
    )
    options = ("acme", "orders", str(path), "--map", str(file_map))
    code, tried = answer(import_data.Command, *options, "--dry-run")
    assert (code, tried["kept"], tried["refused"]) == (0, 1, 1)
    code, kept = answer(import_data.Command, *options)
    assert code == 0
    assert set(kept) == {"read", "kept", "unchanged", "refused", "errors_file"}
    assert (kept["read"], kept["kept"], kept["unchanged"], kept["refused"]) == (2, 1, 0, 1)
    assert "31.02.2024" in Path(kept["errors_file"]).read_text("utf-8")
    assert answer(import_data.Command, *options)[1]["unchanged"] == 1
    with use_tenant(acme):
        assert Order.objects.count() == 1


def test_import_data_refuses_with_a_reason(acme: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text("a,b\n1,2\n")
    code, given = answer(import_data.Command, "acme", "orders", str(path))
    assert (code, given["error"]["code"]) == (1, "missing_column")
    assert "customer" in given["error"]["message"]
    assert answer(import_data.Command, "acme", "wishes", str(path))[0] == 1
    assert answer(import_data.Command, "acme", "orders")[0] == 2
    assert answer(import_data.Command, "nobody", "orders", str(path))[1]["error"]["code"] == "unknown_tenant"


def test_rebuild_counts_what_it_built(acme: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text("customer,ordered_at,amount\nann,2024-01-01,5\nben,2024-01-01,5\n")
    answer(import_data.Command, "acme", "orders", str(path))
    code, given = answer(rebuild.Command, "acme")
    assert (code, given["rebuilt"]["local_days"], given["rebuilt"]["states"]) == (0, 0, 2)
