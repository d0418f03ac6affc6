"""/api/v1/ of the customer record: its rows to read, page by page, and batches of rows to bring in."""
