"""The rows of feedback."""

from feedback.models.items import FeedbackItem, Tag
from feedback.models.surveys import Survey, SurveyResponse
from feedback.models.topics import Topic

__all__ = ["FeedbackItem", "Survey", "SurveyResponse", "Tag", "Topic"]
