"""What campaigns put on the customer record."""
