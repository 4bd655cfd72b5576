-- A copy that was put in the place of a database sends nothing and moves nothing until somebody says that it may.
-- Backups are marked as they are made, so that every way of bringing one back is covered.
CREATE TABLE hold (
    hold_id INTEGER PRIMARY KEY CHECK (hold_id = 1),
    restored BOOLEAN NOT NULL
);
INSERT INTO hold VALUES (1, FALSE);

-- When somebody said that a restored database, or one that lost something, may go on, and where it stood then:
-- what backups of before hold beyond that is given up, and a wrong clock of before counts no more.
CREATE TABLE resumption (
    resumed_at TIMESTAMP PRIMARY KEY,
    act_no BIGINT NOT NULL,
    event_no BIGINT NOT NULL,
    audit_no BIGINT NOT NULL
);

-- A file that does not count any more, from the submission on: it stays with its request, and can be opened.
ALTER TABLE attachment ADD COLUMN superseded_at TIMESTAMP;
