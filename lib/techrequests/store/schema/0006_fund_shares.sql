-- Each fund's share of a unit, as the ledger has it for the unit's order line: federal property records need it.
ALTER TABLE asset ADD COLUMN fund_shares TEXT;
UPDATE asset SET fund_shares = (
    SELECT string_agg(s.fund_id || ' ' || CAST(round(100.0 * s.cents / s.whole, 1) AS DECIMAL(4, 1)) || '%', ', ' ORDER BY s.cents DESC, s.fund_id)
    FROM (
        SELECT l.order_line_id, e.fund_id, sum(e.amount_cents) AS cents,
               sum(sum(e.amount_cents)) OVER (PARTITION BY l.order_line_id) AS whole
        FROM order_line l JOIN ledger_entry e ON e.line_id = l.line_id AND e.request_id = l.request_id
        WHERE e.kind = 'encumber' AND e.invoice_id IS NULL
        GROUP BY l.order_line_id, e.fund_id
    ) s WHERE s.order_line_id = asset.order_line_id
) WHERE order_line_id IS NOT NULL;
