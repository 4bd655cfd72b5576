-- A bill can be reversed, and a vendor can give money back: further rows, below zero where they give back.
-- A new table, because a constraint cannot be dropped: a reversed bill's number may be used again.
CREATE TABLE bill (
    invoice_id TEXT PRIMARY KEY,
    order_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    invoice_number TEXT NOT NULL,
    invoiced_on DATE NOT NULL,
    amount_cents BIGINT NOT NULL CHECK (amount_cents <> 0),
    final BOOLEAN NOT NULL,
    reverses_id TEXT,
    reason TEXT NOT NULL,
    recorded_by_id TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);
INSERT INTO bill
SELECT invoice_id, order_id, request_id, invoice_number, invoiced_on, amount_cents, final, NULL, '', recorded_by_id, recorded_at
FROM invoice;
DROP TABLE invoice;
ALTER TABLE bill RENAME TO invoice;

-- Which bill an entry was posted for, so that exactly that can be reversed.
ALTER TABLE ledger_entry ADD COLUMN invoice_id TEXT;
UPDATE ledger_entry SET invoice_id = (
    SELECT min(i.invoice_id) FROM invoice i
    WHERE i.request_id = ledger_entry.request_id AND i.recorded_at = ledger_entry.posted_at
      AND (starts_with(ledger_entry.why, 'Invoice ' || i.invoice_number || '.')
           OR ledger_entry.why = 'Left over after the last invoice ' || i.invoice_number || '.')
) WHERE kind IN ('expend', 'release encumbrance');
