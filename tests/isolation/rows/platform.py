"""Doors that hold nobody's data, and the operators' own pages."""

from __future__ import annotations

from tenants.operators.admin import operator_site  # registers the pages
from tests.isolation.matrix import OPEN, PUBLIC, Row, World, thing

OPERATOR = "an operator's"
"""Nobody of a tenant has it."""


@thing
def operator_words(world: World) -> object:
    """Parts of the operators' addresses: the keys that a row of theirs could have."""
    return type("Words", (), {"pk": "1", "app": "tenants", "number": 1})


ARGUMENTS = {
    "app_list": {"app_label": "operator_words.app"},
    "view_on_site": {"content_type_id": "operator_words.number", "object_id": "operator_words.number"},
    "change": {"object_id": "operator_words.pk"},
    "delete": {"object_id": "operator_words.pk"},
    "history": {"object_id": "operator_words.pk"},
}
SIGN_IN = ("login", "logout", "jsi18n")


def operator_rows() -> list[Row]:
    """One for each page of the operators' site, whatever it holds by then."""
    names = [pattern.name for pattern in operator_site.urls[0] if getattr(pattern, "name", None)]
    models = [f"{model._meta.app_label}_{model._meta.model_name}" for model in operator_site._registry]
    names += [f"{model}_{page}" for model in models for page in ("changelist", "add", "history", "delete", "change")]
    return [
        Row(
            f"operator:{name}",
            permission=OPEN if name in SIGN_IN else OPERATOR,
            kwargs=ARGUMENTS.get(name.rpartition("_")[2] if name.startswith("tenants_") else name, {}),
            methods=("GET", "POST"),
            conf=PUBLIC,
        )
        for name in names
    ]


ROWS = (
    Row("livez", permission=OPEN),
    Row("readyz", permission=OPEN),
    Row("metrics", permission=OPEN),  # to this machine alone: tests/tenants/test_metrics.py
    Row("api-schema", permission=OPEN),
    Row("livez", permission=OPEN, conf=PUBLIC),
    Row("readyz", permission=OPEN, conf=PUBLIC),
    Row("metrics", permission=OPEN, conf=PUBLIC),
    *operator_rows(),
)
