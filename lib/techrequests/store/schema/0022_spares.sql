-- Units in stock that are kept for a request, so that nothing has to be bought for it.
CREATE TABLE spare_use (
    spare_use_id TEXT PRIMARY KEY,
    request_id TEXT NOT NULL,
    asset_tag TEXT NOT NULL,
    kept_by_id TEXT NOT NULL,
    kept_at TIMESTAMP NOT NULL,
    freed_at TIMESTAMP,
    version INTEGER NOT NULL
);
