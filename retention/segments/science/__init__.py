"""Pure numbers of segments: no Django, no clock."""
