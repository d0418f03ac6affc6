"""The HTML doors."""
