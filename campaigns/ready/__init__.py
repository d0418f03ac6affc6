"""Campaigns that come with Stay: made as drafts of the tenant's own, to be changed and launched by people."""
