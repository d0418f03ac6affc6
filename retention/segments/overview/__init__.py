"""The overview of a tenant: who is leaving, in figures that each lead to their list."""
