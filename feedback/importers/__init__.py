"""What feedback brings in."""
