"""What moves when two customers turn out to be one.

Of two exposures to one experiment the gone customer's stays where it is: the readout takes the earlier of both, and
counts a second arm as a conflict. The same holds for two enrollments in one campaign.
"""

from retention.customers.services.merging import Owned, owned

owned.register(Owned("campaigns_exposure", unique=("experiment_id",)))
owned.register(Owned("campaigns_exposureconflict", unique=("experiment_id", "arm_id")))
owned.register(Owned("campaigns_outcome"))
owned.register(Owned("campaigns_enrollment", unique=("campaign_id",)))
owned.register(Owned("campaigns_message"))
owned.register(Owned("campaigns_decision"))
owned.register(Owned("campaigns_costentry"))
