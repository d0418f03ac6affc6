"""The rule builder: a rule as a form of plain fields, so that it works by keyboard and without scripts of its own."""
