-- What a requester changed before the review was done: one row for each answer or item, as people read it.
CREATE TABLE request_change (
    change_id TEXT PRIMARY KEY,
    request_id TEXT NOT NULL,
    content_version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    label TEXT NOT NULL,
    was TEXT NOT NULL,
    is_now TEXT NOT NULL,
    changed_by_id TEXT NOT NULL,
    changed_at TIMESTAMP NOT NULL
);
