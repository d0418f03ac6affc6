"""The operators' own pages, at the platform's host alone."""
