"""What moves when two customers turn out to be one: a snapshot holds the one who stays, once."""

from retention.customers.services.merging import Owned, owned

owned.register(Owned("segments_snapshotmember", unique=("snapshot_id",)))
