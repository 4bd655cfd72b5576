"""From what happened to who is told what: messages, the outbox, and e-mail."""
