-- Reports as views; each says what one row is. Re-created at every start.

-- one row per person who may be named as having done something, the product itself and linked sheets among them
CREATE OR REPLACE VIEW doer AS
SELECT person_id, full_name FROM person
UNION ALL SELECT * FROM (VALUES ('schedule', 'Technology Requests'), ('sheet', 'via Google Sheet')) AS product (person_id, full_name);

-- one row per fund: its standing in US cents, folded from the ledger
CREATE OR REPLACE VIEW fund_balance AS
SELECT fund_id, budget_cents, reserved_cents, encumbered_cents, expended_cents,
       budget_cents - reserved_cents - encumbered_cents - expended_cents AS available_cents
FROM (
    SELECT f.fund_id,
           CAST(coalesce(sum(e.amount_cents) FILTER (WHERE e.kind = 'budget'), 0) AS BIGINT) AS budget_cents,
           CAST(coalesce(sum(CASE e.kind WHEN 'reserve' THEN e.amount_cents WHEN 'release reserve' THEN -e.amount_cents END), 0) AS BIGINT) AS reserved_cents,
           CAST(coalesce(sum(CASE e.kind WHEN 'encumber' THEN e.amount_cents WHEN 'release encumbrance' THEN -e.amount_cents END), 0) AS BIGINT) AS encumbered_cents,
           CAST(coalesce(sum(CASE e.kind WHEN 'expend' THEN e.amount_cents WHEN 'credit' THEN -e.amount_cents END), 0) AS BIGINT) AS expended_cents
    FROM fund f LEFT JOIN ledger_entry e ON e.fund_id = f.fund_id
    GROUP BY f.fund_id
) folded;

-- one row per fund as the Business Office edits it: its own cells and its budget in US cents
CREATE OR REPLACE VIEW budgeted_fund AS
SELECT b.budget_cents, f.* FROM fund f JOIN fund_balance b ON b.fund_id = f.fund_id;

-- one row per fund as a linked sheet shows it: a row of the fund table and where the fund stands in US cents
CREATE OR REPLACE VIEW fund_in_sheet AS
SELECT b.* EXCLUDE (fund_id), f.* FROM fund f JOIN fund_balance b ON b.fund_id = f.fund_id;

-- one row per request with a standing approval: the latest decision on its present content, when it approved
CREATE OR REPLACE VIEW standing_approval AS
SELECT request_id, approver_id, priority, impact, amount_cents, fund_id, decided_at
FROM (
    SELECT d.*, row_number() OVER (PARTITION BY d.request_id ORDER BY d.decided_at DESC, d.decision_id DESC) AS newest
    FROM decision d JOIN tech_request r ON r.request_id = d.request_id AND r.content_version = d.content_version
) ranked
WHERE newest = 1 AND verdict = 'approved';

-- one row per order line: units ordered, cancelled, accepted, rejected and still outstanding
CREATE OR REPLACE VIEW order_line_standing AS
SELECT l.order_line_id, l.order_id, l.request_id, l.line_id, l.quantity, l.cancelled,
       CAST(coalesce(sum(r.accepted), 0) AS INTEGER) AS accepted,
       CAST(coalesce(sum(r.rejected), 0) AS INTEGER) AS rejected,
       CAST(l.quantity - l.cancelled - coalesce(sum(r.accepted), 0) AS INTEGER) AS outstanding
FROM order_line l LEFT JOIN receipt r ON r.order_line_id = l.order_line_id
GROUP BY l.order_line_id, l.order_id, l.request_id, l.line_id, l.quantity, l.cancelled;

-- one row per order: what is not cancelled costs, and what the vendor has to give back because it was paid for what was cancelled, US cents
CREATE OR REPLACE VIEW order_cost AS
SELECT o.order_id, o.request_id, l.due_cents,
       CASE WHEN l.cancelled > 0 THEN greatest(0, coalesce(i.owed_cents, 0) - l.due_cents) ELSE 0 END AS credit_cents
FROM purchase_order o
JOIN (
    SELECT c.order_id, sum(c.cancelled) AS cancelled,
           CAST(sum((c.quantity - c.cancelled) * c.unit_price_cents)
                + CASE WHEN sum(c.quantity - c.cancelled) > 0 THEN max(p.shipping_cents) ELSE 0 END AS BIGINT) AS due_cents
    FROM order_line c JOIN purchase_order p ON p.order_id = c.order_id
    GROUP BY c.order_id
) l ON l.order_id = o.order_id
LEFT JOIN (
    SELECT order_id, CAST(sum(amount_cents - above_cents) AS BIGINT) AS owed_cents FROM invoice GROUP BY order_id
) i ON i.order_id = o.order_id;

-- one row per ledger entry that spends or gives back: US cents, negative when given back
CREATE OR REPLACE VIEW spending AS
SELECT entry_no, fund_id, request_id, posted_at,
       CASE kind WHEN 'expend' THEN amount_cents ELSE -amount_cents END AS spent_cents, line_id
FROM ledger_entry WHERE kind IN ('expend', 'credit');

-- one row per person, approver and site who may decide there from one day to another: the approver, or who stands in for them
CREATE OR REPLACE VIEW decider AS
WITH RECURSIVE absence AS (
    SELECT d.person_id, d.delegate_id, d.starts_on, d.ends_on
    FROM delegation d
    JOIN person a ON a.person_id = d.person_id AND a.active
    JOIN person b ON b.person_id = d.delegate_id AND b.active
    WHERE d.withdrawn_at IS NULL
), standing (person_id, approver_id, site_id, starts_on, ends_on, links) AS (
    SELECT p.person_id, p.person_id, g.site_id,
           coalesce(g.starts_on, DATE '0001-01-01'), coalesce(g.ends_on, DATE '9999-12-31'), 0
    FROM person p JOIN role_grant g ON g.person_id = p.person_id AND g.role = 'approver'
    WHERE p.active
    UNION ALL
    SELECT a.delegate_id, s.approver_id, s.site_id,
           greatest(s.starts_on, a.starts_on), least(s.ends_on, a.ends_on), s.links + 1
    FROM standing s JOIN absence a
      ON a.person_id = s.person_id AND a.starts_on <= s.ends_on AND s.starts_on <= a.ends_on
    WHERE s.links < 5 AND a.delegate_id <> s.approver_id
)
SELECT person_id, approver_id, site_id, starts_on, ends_on FROM standing;
