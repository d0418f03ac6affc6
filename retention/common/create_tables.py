"""Many tables in one operation of a migration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation


class CreateTables(Operation):
    """`models` together, which may refer to each other in any order.

    Django draws all models that are related to a new one again after each of its operations, which for a hundred
    tables that refer to customers and people takes most of a minute; here they are drawn once. Keys between the tables
    are made at the end of the migration, as Django does it.
    """

    serialization_expand_args = ["models"]

    def __init__(self, models: Sequence[CreateModel]) -> None:
        self.models = models

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """How a file writes it."""
        return (type(self).__name__, [], {"models": self.models})

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models of before are forgotten, so that none is drawn before somebody asks for it."""
        state.__dict__.pop("apps", None)
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Create them in order."""
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop them, the last one first."""
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """For ``migrate`` to say."""
        return f"Create {len(self.models)} tables"
