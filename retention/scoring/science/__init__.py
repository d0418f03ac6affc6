"""Pure numbers: arrays in, typed results out. No Django, no clock, no unseeded randomness."""
