"""What events say of a cart, by Segment's names and by those of web analytics. As SQL: ``name IN {ADDED}``."""

from __future__ import annotations

ADDED = ("Product Added", "add_to_cart")
REMOVED = ("Product Removed", "remove_from_cart")
EMPTIED = ("Order Completed", "Cart Cleared")
