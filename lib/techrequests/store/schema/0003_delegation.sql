-- Who decides for an approver who is away; and on a request, a decision and an event: for whom somebody decides.
CREATE TABLE delegation (
    delegation_id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    delegate_id TEXT NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL CHECK (ends_on >= starts_on),
    note TEXT NOT NULL,
    set_by_id TEXT NOT NULL,
    set_at TIMESTAMP NOT NULL,
    withdrawn_by_id TEXT,
    withdrawn_at TIMESTAMP,
    version INTEGER NOT NULL
);

ALTER TABLE tech_request ADD COLUMN on_behalf_of_id TEXT;
ALTER TABLE tech_request ADD COLUMN overdue_since TIMESTAMP;
ALTER TABLE decision ADD COLUMN on_behalf_of_id TEXT;
ALTER TABLE request_event ADD COLUMN on_behalf_of_id TEXT;
