"""The doors of this app: pages in `urlpatterns`, HTTP API under /api/v1/ in `api_urlpatterns`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from retention.segments import api, api_history, api_movement, api_rules, api_trends
from retention.segments.views import (
    builder,
    dashboard,
    export,
    false_churn,
    history,
    mean_health,
    movement,
    overlap,
    segments,
    trends,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", dashboard.dashboard, name="dashboard"),
    path("pools/", movement.pool_flows, name="pool-flows"),
    path("tiers/", movement.tier_moves, name="tier-moves"),
    path("trends/", trends.trends, name="trends"),
    path("false-churn/", false_churn.false_churn, name="false-churn"),
    path("segments/", segments.segment_list, name="segments"),
    path("segments/new/", builder.segment_new, name="segment-new"),
    path("segments/builder/", builder.segment_builder, name="segment-builder"),
    path("segments/preview/", builder.segment_preview, name="segment-preview"),
    path("segments/count/stop/", builder.segment_count_stop, name="segment-count-stop"),
    path("segments/<slug:code>/", segments.segment_page, name="segment"),
    path("segments/<slug:code>/reach/", segments.segment_reach_part, name="segment-reach"),
    path("segments/<slug:code>/edit/", builder.segment_edit, name="segment-edit"),
    path("segments/<slug:code>/archive/", segments.segment_archive, name="segment-archive"),
    path("segments/<slug:code>/export/", export.segment_export, name="segment-export"),
    path("segments/<slug:code>/audience/", export.segment_audience, name="segment-audience"),
    path("segments/<slug:code>/health/", mean_health.segment_health, name="segment-health"),
    path("segments/<slug:code>/history/", history.segment_history, name="segment-history"),
    path("segments/<slug:code>/history/export/", history.segment_changes_export, name="segment-changes-export"),
    path("segments/<slug:code>/freeze/", history.snapshot_freeze, name="segment-freeze"),
    path("segments/<slug:code>/snapshots/<uuid:public_id>/", history.snapshot_page, name="segment-snapshot"),
    path(
        "segments/<slug:code>/snapshots/<uuid:public_id>/export/",
        history.snapshot_export,
        name="segment-snapshot-export",
    ),
    path(
        "segments/<slug:code>/snapshots/<uuid:public_id>/remove/",
        history.snapshot_remove,
        name="segment-snapshot-remove",
    ),
    path("segments/<slug:code>/overlap/", overlap.segment_overlap, name="segment-overlap"),
    path("segments/<slug:code>/why/", segments.segment_find, name="segment-find"),
    path("segments/<slug:code>/why/<uuid:public_id>/", segments.segment_why, name="segment-why"),
]
api_urlpatterns: list[URLPattern | URLResolver] = [
    path("pools/flows/", api_movement.PoolFlowsView.as_view(), name="api-pool-flows"),
    path("tiers/moves/", api_movement.TierMovesView.as_view(), name="api-tier-moves"),
    path("trends/", api_trends.TrendsView.as_view(), name="api-trends"),
    path("segments/", api.SegmentListView.as_view(), name="api-segments"),
    path("segments/count/", api_rules.RuleCountView.as_view(), name="api-segments-count"),
    path("segments/<slug:code>/", api.SegmentView.as_view(), name="api-segment"),
    path("segments/<slug:code>/members/", api.SegmentMembersView.as_view(), name="api-segment-members"),
    path("segments/<slug:code>/reach/", api_rules.SegmentReachView.as_view(), name="api-segment-reach"),
    path("segments/<slug:code>/why/<uuid:public_id>/", api_rules.SegmentWhyView.as_view(), name="api-segment-why"),
    path("segments/<slug:code>/history/", api_history.SegmentHistoryView.as_view(), name="api-segment-history"),
    path(
        "segments/<slug:code>/entered/",
        api_history.SegmentChangesView.as_view(),
        {"way": "entered"},
        name="api-segment-entered",
    ),
    path(
        "segments/<slug:code>/left/",
        api_history.SegmentChangesView.as_view(),
        {"way": "left"},
        name="api-segment-left",
    ),
    path("segments/<slug:code>/snapshots/", api_history.SnapshotListView.as_view(), name="api-segment-snapshots"),
    path(
        "segments/<slug:code>/snapshots/<uuid:public_id>/members/",
        api_history.SnapshotMembersView.as_view(),
        name="api-segment-snapshot-members",
    ),
    path(
        "segments/<slug:code>/overlap/<slug:other>/",
        api_history.SegmentOverlapView.as_view(),
        name="api-segment-overlap",
    ),
]
