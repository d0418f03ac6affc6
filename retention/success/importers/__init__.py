"""What people's work brings in."""
