"""Tables kept in step with what people use outside: plan first, which is pure, then do."""
