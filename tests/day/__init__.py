"""A school day in the life of a district, played against the real thing from outside."""
