"""All SQL: the database handle, records, named reads, views and integrity checks."""
