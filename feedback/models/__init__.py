"""The rows of feedback."""

from feedback.models.items import FeedbackItem, Tag
from feedback.models.leads import LeadLink, ProductLead
from feedback.models.surveys import Survey, SurveyResponse
from feedback.models.topics import Topic

__all__ = ["FeedbackItem", "LeadLink", "ProductLead", "Survey", "SurveyResponse", "Tag", "Topic"]
