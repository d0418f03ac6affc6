"""Trends over time, each as a sentence, a chart and a table."""
