"""The doors of this app: pages in `urlpatterns`, HTTP API under /api/v1/ in `api_urlpatterns`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from feedback.views import inbox, leads

urlpatterns: list[URLPattern | URLResolver] = [
    path("feedback/", inbox.feedback_list, name="feedback"),
    path("feedback/<uuid:public_id>/", inbox.feedback_item, name="feedback-item"),
    path("feedback/<uuid:public_id>/tag/", inbox.feedback_tag, name="feedback-tag"),
    path("feedback/<uuid:public_id>/move/", inbox.feedback_move, name="feedback-move"),
    path("feedback/<uuid:public_id>/link/", leads.feedback_link, name="feedback-link"),
    path("leads/", leads.lead_board, name="leads"),
    path("leads/new/", leads.lead_new, name="lead-new"),
    path("leads/<uuid:public_id>/", leads.lead_page, name="lead"),
]
api_urlpatterns: list[URLPattern | URLResolver] = []
