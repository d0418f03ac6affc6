"""The doors of this app: pages in `urlpatterns`, HTTP API under /api/v1/ in `api_urlpatterns`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from feedback import api
from feedback.views import inbox, leads, public, surveys

urlpatterns: list[URLPattern | URLResolver] = [
    path("feedback/", inbox.feedback_list, name="feedback"),
    path("feedback/<uuid:public_id>/", inbox.feedback_item, name="feedback-item"),
    path("feedback/<uuid:public_id>/tag/", inbox.feedback_tag, name="feedback-tag"),
    path("feedback/<uuid:public_id>/move/", inbox.feedback_move, name="feedback-move"),
    path("feedback/<uuid:public_id>/link/", leads.feedback_link, name="feedback-link"),
    path("feedback/<uuid:public_id>/undo/", inbox.feedback_undo, name="feedback-undo"),
    path("feedback/link/", leads.feedback_link_all, name="feedback-link-all"),
    path("surveys/", surveys.survey_list, name="surveys"),
    path("surveys/new/", surveys.survey_new, name="survey-new"),
    path("surveys/<uuid:public_id>/", surveys.survey_page, name="survey"),
    path("s/<str:token>/", public.survey_answer, name="survey-answer"),
    path("say/", public.say, name="say"),
    path("say/<str:token>/", public.say_as, name="say-as"),
    path("leads/", leads.lead_board, name="leads"),
    path("leads/new/", leads.lead_new, name="lead-new"),
    path("leads/<uuid:public_id>/", leads.lead_page, name="lead"),
    path("leads/<uuid:public_id>/plan/", leads.lead_plan, name="lead-plan"),
]
api_urlpatterns: list[URLPattern | URLResolver] = [
    path("feedback/", api.FeedbackListView.as_view(), name="api-feedback"),
    path("leads/", api.LeadListView.as_view(), name="api-leads"),
    path("survey-answers/", api.AnswerListView.as_view(), name="api-survey-answers"),
]
