-- What is tolerated above an approval and above an order, as the Business Office sets it.
CREATE TABLE tolerances (
    tolerances_id TEXT PRIMARY KEY,
    quote_percent INTEGER NOT NULL DEFAULT 10 CHECK (quote_percent BETWEEN 0 AND 100),
    quote_most_cents BIGINT NOT NULL DEFAULT 5000 CHECK (quote_most_cents >= 0),
    invoice_percent INTEGER NOT NULL DEFAULT 5 CHECK (invoice_percent BETWEEN 0 AND 100),
    invoice_most_cents BIGINT NOT NULL DEFAULT 5000 CHECK (invoice_most_cents >= 0),
    more_units_need_approval BOOLEAN NOT NULL DEFAULT FALSE,
    version INTEGER NOT NULL
);
INSERT INTO tolerances (tolerances_id, version) VALUES ('district', 1);

-- How much an order was above its approval, within what was tolerated on that day.
ALTER TABLE purchase_order ADD COLUMN above_approval_cents BIGINT NOT NULL DEFAULT 0;

-- Which order an entry obligates: together they are the order's split over funds.
ALTER TABLE ledger_entry ADD COLUMN order_id TEXT;
UPDATE ledger_entry SET order_id = (
    SELECT max(o.order_id) FROM purchase_order o WHERE o.request_id = ledger_entry.request_id
) WHERE kind = 'encumber' AND invoice_id IS NULL;

-- An invoice number without what two people write differently, and why a doubtful invoice is right.
ALTER TABLE invoice ADD COLUMN number_key TEXT NOT NULL DEFAULT '';
ALTER TABLE invoice ADD COLUMN confirmation TEXT NOT NULL DEFAULT '';
