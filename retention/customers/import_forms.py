"""Forms of the import pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from retention.customers.importers import importers
from retention.customers.importers.suggest import Sample
from retention.customers.services.uploads import SUFFIXES
from tenants.policies import policy_number

KEEP, LEAVE = "+", "-"
SHOWN_CELLS = 3


def _kinds() -> list[tuple[str, Any]]:
    return [(importer.kind, importer.label) for importer in importers]


class UploadForm(forms.Form):
    """What the rows are, and the file."""

    kind = forms.ChoiceField(label=_("The rows are"), choices=_kinds)
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV (also .gz), XLSX or Parquet, with a row of column names."),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(SUFFIXES)}),
    )

    def clean_file(self) -> Any:
        """Not larger than the policy allows."""
        file = self.cleaned_data["file"]
        most = int(policy_number("imports.upload_megabytes"))
        if file.size > most << 20:
            raise forms.ValidationError(
                gettext("The file has more than %d MB. Split it, or bring it in on the command line.") % most
            )
        return file


class MappingForm(forms.Form):
    """One choice for each column of the file: a column of ours, keep it under its own name, or leave it out."""

    def __init__(self, *args: Any, kind: str, samples: list[Sample], mapping: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        importer = importers[kind]
        self.samples = samples
        known = [(c.name, f"{c.label} *" if c.required else str(c.label)) for c in importer.all_columns]
        others = [(KEEP, _("keep under its own name")), (LEAVE, _("leave it out"))]
        columns = mapping.get("columns") or {}
        self._constants = mapping.get("constants") or {}
        for place, sample in enumerate(samples):
            chosen = columns.get(sample.name, KEEP)
            if chosen not in ("", *(column.name for column in importer.all_columns)):
                chosen = KEEP
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=sample.name,
                choices=[*known, *others] if importer.extra else [*known, others[1]],
                initial=chosen or LEAVE,
                help_text="",
            )
        self.fields["date"] = forms.CharField(
            label=_("Date format"),
            required=False,
            max_length=40,
            initial=(mapping.get("format") or {}).get("date", ""),
            help_text=_("Leave it empty for dates like 2024-03-31; else say it, for example <code>DD/MM/YYYY</code>."),
        )

    @property
    def rows(self) -> list[tuple[Any, str]]:
        """Each column's choice with its first cells."""
        return [
            (self[f"column_{place}"], " · ".join(cell for cell in sample.cells if cell)[:120])
            for place, sample in enumerate(self.samples)
        ]

    def clean(self) -> dict[str, Any]:
        """A column of ours is given once."""
        cleaned = super().clean() or self.cleaned_data
        given = [value for name, value in cleaned.items() if name.startswith("column_") and value not in (KEEP, LEAVE)]
        for value in given:
            if given.count(value) > 1:
                raise forms.ValidationError(gettext("Two columns of the file are “%s”: choose one.") % value)
        return cleaned

    def file_map(self) -> dict[str, Any]:
        """The map that the choices mean."""
        columns = {}
        for place, sample in enumerate(self.samples):
            chosen = self.cleaned_data[f"column_{place}"]
            columns[sample.name] = "" if chosen == LEAVE else sample.name if chosen == KEEP else chosen
        date = self.cleaned_data["date"]
        given = {"columns": columns, "format": {"date": date} if date else {}, "constants": self._constants}
        return {part: value for part, value in given.items() if value or part == "columns"}
