"""What moves when two customers turn out to be one: who is kept in a snapshot is so once; stays become one history."""

from retention.customers.services.merging import Owned, owned

_UNITED = """
WITH old AS (
    DELETE FROM segments_segmentmembership m
    WHERE m.customer_id IN (%(gone)s, %(stays)s) AND m.segment_id IN (
        SELECT g.segment_id FROM segments_segmentmembership g WHERE g.customer_id = %(gone)s)
    RETURNING m.segment_id, m.entered_on, m.left_on
)
INSERT INTO segments_segmentmembership (segment_id, customer_id, entered_on, left_on)
SELECT u.segment_id, %(stays)s, lower(t.days), upper(t.days)
FROM (SELECT segment_id, range_agg(daterange(entered_on, left_on)) AS days FROM old GROUP BY segment_id) u
CROSS JOIN LATERAL unnest(u.days) AS t (days)
"""
"""Whoever was in as one of the two was in: stays that overlap, or meet, are one, and it lasts where either does."""

owned.register(Owned("segments_segmentmembership", unite=_UNITED))
owned.register(Owned("segments_snapshotmember", unique=("snapshot_id",)))
