-- Who signed in how, and the audit trail. There is one row of audit_head: where the trail ends.

CREATE TABLE identity (
    identity_id TEXT PRIMARY KEY,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    person_id TEXT NOT NULL,
    first_seen_at TIMESTAMP NOT NULL,
    valid_from TIMESTAMP NOT NULL,
    version INTEGER NOT NULL
);

CREATE TABLE sign_in (
    sign_in_id TEXT PRIMARY KEY,
    identity_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    signed_in_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    version INTEGER NOT NULL
);

CREATE TABLE audit_event (
    audit_no INTEGER PRIMARY KEY,
    happened_at TIMESTAMP NOT NULL,
    kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    about TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    seal TEXT NOT NULL
);

CREATE TABLE audit_head (
    head_id INTEGER PRIMARY KEY CHECK (head_id = 1),
    audit_no INTEGER NOT NULL,
    seal TEXT NOT NULL
);

-- The settings of the last start, as an administrator may read them.
CREATE TABLE setting_seen (
    name TEXT PRIMARY KEY,
    shown TEXT NOT NULL
);

INSERT INTO audit_head (head_id, audit_no, seal)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
