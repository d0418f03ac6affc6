"""One file a kind."""

from retention.success.importers.kinds import assignments, contracts  # noqa: F401
