"""What the records tell: the report."""
