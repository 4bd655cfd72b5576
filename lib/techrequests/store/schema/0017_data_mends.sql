-- What was mended once in the data that older versions left; see store/mends.py.
CREATE TABLE data_mend (
    name TEXT PRIMARY KEY,
    done_at TIMESTAMP NOT NULL
);
