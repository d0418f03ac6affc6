"""Frames: whole columns of customers, as of a moment, that the numbers are computed from."""
