"""PostgreSQL and a broker for a machine that has none. `servers.py` is the door."""
