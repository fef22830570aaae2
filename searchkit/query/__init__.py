"""What a person types and filters by, read as a query."""
