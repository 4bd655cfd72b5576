"""One function per thing a person does: read, decide, save, in one transaction."""
