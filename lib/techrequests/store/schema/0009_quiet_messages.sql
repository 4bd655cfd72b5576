-- A message that is shown in the app and not mailed, because its reader was mailed a moment before.
ALTER TABLE message ADD COLUMN quiet BOOLEAN NOT NULL DEFAULT FALSE;
