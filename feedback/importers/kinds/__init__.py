"""The kinds of feedback that files bring in."""

from feedback.importers.kinds import feedback, surveys

__all__ = ["feedback", "surveys"]
