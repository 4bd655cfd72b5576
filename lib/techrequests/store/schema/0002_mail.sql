-- When a message was last given to the mail server, so that each further attempt can wait longer.
ALTER TABLE message ADD COLUMN tried_at TIMESTAMP;
