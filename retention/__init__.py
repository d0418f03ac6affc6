"""Stay: what we know of customers, and when they are leaving."""
