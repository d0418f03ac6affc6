"""What moves when two customers turn out to be one."""

from retention.customers.services.merging import Owned, owned

owned.register(Owned("success_contract"))
owned.register(Owned("success_task"))
owned.register(Owned("success_playbookrun"))
owned.register(
    Owned(  # of two who had one role at one time the gone customer's stays where it is
        "success_assignment",
        unique=("role = t.role AND daterange(o.starts_on, o.until) && daterange(t.starts_on, t.until)",),
    )
)
