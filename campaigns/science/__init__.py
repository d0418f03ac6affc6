"""The numbers of experiments: plain functions of sums. No Django, no clock, no unseeded chance."""
