"""The kinds of this app, in the order of the list on the import page."""

from campaigns.importers.kinds import exposures, outcomes  # isort: skip

__all__ = ["exposures", "outcomes"]
