"""Who moved over any period: from pool to pool, and from value tier to value tier."""
