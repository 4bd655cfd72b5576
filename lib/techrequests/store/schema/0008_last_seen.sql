-- When a sign-in was last used, so that a start of the server does not give idle people their time anew.
ALTER TABLE sign_in ADD COLUMN last_seen_at TIMESTAMP;
