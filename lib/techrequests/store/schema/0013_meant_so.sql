-- Of which stop a person said that it is meant so, in its words: no other is let pass by it.
ALTER TABLE sheet_sharing RENAME TO former_sharing;

-- Which way a table goes; one that is not here is not in the sheet.
CREATE TABLE sheet_sharing (
    table_name TEXT PRIMARY KEY,
    sharing TEXT NOT NULL CHECK (sharing IN ('shown', 'edited')),
    meant TEXT NOT NULL,
    shared_by_id TEXT NOT NULL,
    shared_at TIMESTAMP NOT NULL
);
INSERT INTO sheet_sharing
SELECT table_name, sharing, '', shared_by_id, shared_at FROM former_sharing;

DROP TABLE former_sharing;
