-- The seal over what must never be altered: one act for each save that wrote such rows, with a line for each row.
-- commit_no counts every save, so that a database that lost some can be told from its witness.
CREATE TABLE sealed_act (
    act_no BIGINT PRIMARY KEY,
    commit_no BIGINT NOT NULL,
    sealed_rows TEXT NOT NULL,
    seal TEXT NOT NULL
);

-- The last save that sealed nothing; and whether a migration changed rows that are still to be sealed.
CREATE TABLE seal_state (
    state_id INTEGER PRIMARY KEY CHECK (state_id = 1),
    commit_no BIGINT NOT NULL,
    to_be_sealed BOOLEAN NOT NULL
);
INSERT INTO seal_state VALUES (1, 0, TRUE);

-- Rows that were found broken before a migration: it may not seal them as they are.
CREATE TABLE seal_broken (
    table_name TEXT NOT NULL,
    row_key TEXT NOT NULL,
    PRIMARY KEY (table_name, row_key)
);
