"""What all resources share: problems, permissions, parsing, pages and the schema."""
