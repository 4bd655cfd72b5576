-- How much of a bill was above what was encumbered, and paid for a reason: no credit is expected for that.
ALTER TABLE invoice ADD COLUMN above_cents BIGINT NOT NULL DEFAULT 0;
UPDATE invoice SET above_cents = coalesce((
    SELECT CAST(sum(e.amount_cents) AS BIGINT) FROM ledger_entry e
    WHERE e.invoice_id = invoice.invoice_id AND e.kind = 'expend' AND contains(e.why, 'above what was encumbered')
), 0) WHERE amount_cents > 0 AND reverses_id IS NULL;
UPDATE invoice SET above_cents = -(SELECT w.above_cents FROM invoice w WHERE w.invoice_id = invoice.reverses_id)
WHERE reverses_id IS NOT NULL;

-- Which fund an approval named, so that its hold can be put back.
ALTER TABLE decision ADD COLUMN fund_id TEXT;
UPDATE decision SET fund_id = (
    SELECT min(e.fund_id) FROM ledger_entry e
    WHERE e.request_id = decision.request_id AND e.kind = 'reserve' AND e.posted_at = decision.decided_at
      AND e.actor_id = decision.approver_id AND starts_with(e.why, 'Approved.')
) WHERE verdict = 'approved';

-- Some funds pay only for things that cost at least so much each.
ALTER TABLE fund ADD COLUMN least_unit_cents BIGINT NOT NULL DEFAULT 0;
