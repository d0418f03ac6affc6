"""Behaviour over HTTP, as the Segment spec says: existing client libraries work unchanged."""
