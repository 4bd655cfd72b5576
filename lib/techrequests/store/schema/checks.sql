-- What must always be true. Each query lists the rows that break one rule: none may come back.
-- A line “-- name: sentence” starts each; `$now` is the moment of the check, naive UTC.

-- reference: Every row points to rows that exist.
SELECT reference, row_key, missing FROM (
SELECT 'person.site_id' AS reference, person_id AS row_key, site_id AS missing FROM person WHERE site_id NOT IN (SELECT site_id FROM site)
UNION ALL SELECT 'person.supervisor_id', person_id, supervisor_id FROM person WHERE supervisor_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'sheet_link.linked_by_id', CAST(link_no AS TEXT), linked_by_id FROM sheet_link WHERE linked_by_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'sheet_sharing.shared_by_id', table_name, shared_by_id FROM sheet_sharing WHERE shared_by_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'identity.person_id', identity_id, person_id FROM identity WHERE person_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'sign_in.person_id', sign_in_id, person_id FROM sign_in WHERE person_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'sign_in.identity_id', sign_in_id, identity_id FROM sign_in WHERE identity_id NOT IN (SELECT identity_id FROM identity)
UNION ALL SELECT 'audit_event.actor_id', CAST(audit_no AS TEXT), actor_id FROM audit_event WHERE actor_id <> '' AND actor_id NOT IN (SELECT person_id FROM doer)
UNION ALL SELECT 'role_grant.person_id', grant_id, person_id FROM role_grant WHERE person_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'role_grant.site_id', grant_id, site_id FROM role_grant WHERE site_id <> '*' AND site_id NOT IN (SELECT site_id FROM site)
UNION ALL SELECT 'delegation.person_id', delegation_id, person_id FROM delegation WHERE person_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'delegation.delegate_id', delegation_id, delegate_id FROM delegation WHERE delegate_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'delegation.set_by_id', delegation_id, set_by_id FROM delegation WHERE set_by_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'delegation.withdrawn_by_id', delegation_id, withdrawn_by_id FROM delegation WHERE withdrawn_by_id NOT IN (SELECT person_id FROM doer)
UNION ALL SELECT 'routing_rule.site_id', rule_id, site_id FROM routing_rule WHERE site_id <> '*' AND site_id NOT IN (SELECT site_id FROM site)
UNION ALL SELECT 'routing_rule.reviewer_id', rule_id, reviewer_id FROM routing_rule WHERE reviewer_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'tech_request.site_id', request_id, site_id FROM tech_request WHERE site_id NOT IN (SELECT site_id FROM site)
UNION ALL SELECT 'tech_request.requester_id', request_id, requester_id FROM tech_request WHERE requester_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'tech_request.submitted_by_id', request_id, submitted_by_id FROM tech_request WHERE submitted_by_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'tech_request.reviewer_id', request_id, reviewer_id FROM tech_request WHERE reviewer_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'tech_request.approver_id', request_id, approver_id FROM tech_request WHERE approver_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'tech_request.on_behalf_of_id', request_id, on_behalf_of_id FROM tech_request WHERE on_behalf_of_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'tech_request.technician_id', request_id, technician_id FROM tech_request WHERE technician_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'tech_request.continues_id', request_id, continues_id FROM tech_request WHERE continues_id NOT IN (SELECT request_id FROM tech_request)
UNION ALL SELECT 'request_line.request_id', line_id, request_id FROM request_line WHERE request_id NOT IN (SELECT request_id FROM tech_request)
UNION ALL SELECT 'request_change.request_id', change_id, request_id FROM request_change WHERE request_id NOT IN (SELECT request_id FROM tech_request)
UNION ALL SELECT 'request_change.changed_by_id', change_id, changed_by_id FROM request_change WHERE changed_by_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'request_line.item_id', line_id, item_id FROM request_line WHERE item_id NOT IN (SELECT item_id FROM standard_item)
UNION ALL SELECT 'review.request_id', review_id, request_id FROM review WHERE request_id NOT IN (SELECT request_id FROM tech_request)
UNION ALL SELECT 'review.reviewer_id', review_id, reviewer_id FROM review WHERE reviewer_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'decision.request_id', decision_id, request_id FROM decision WHERE request_id NOT IN (SELECT request_id FROM tech_request)
UNION ALL SELECT 'decision.approver_id', decision_id, approver_id FROM decision WHERE approver_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'decision.on_behalf_of_id', decision_id, on_behalf_of_id FROM decision WHERE on_behalf_of_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'decision.fund_id', decision_id, fund_id FROM decision WHERE fund_id NOT IN (SELECT fund_id FROM fund)
UNION ALL SELECT 'comment.request_id', comment_id, request_id FROM comment WHERE request_id NOT IN (SELECT request_id FROM tech_request)
UNION ALL SELECT 'comment.author_id', comment_id, author_id FROM comment WHERE author_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'attachment.request_id', attachment_id, request_id FROM attachment WHERE request_id NOT IN (SELECT request_id FROM tech_request)
UNION ALL SELECT 'attachment.quote_id', attachment_id, quote_id FROM attachment WHERE quote_id NOT IN (SELECT quote_id FROM quote)
UNION ALL SELECT 'attachment.uploaded_by_id', attachment_id, uploaded_by_id FROM attachment WHERE uploaded_by_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'request_event.request_id', CAST(event_no AS TEXT), request_id FROM request_event WHERE request_id NOT IN (SELECT request_id FROM tech_request)
UNION ALL SELECT 'request_event.actor_id', CAST(event_no AS TEXT), actor_id FROM request_event WHERE actor_id NOT IN (SELECT person_id FROM doer)
UNION ALL SELECT 'request_event.on_behalf_of_id', CAST(event_no AS TEXT), on_behalf_of_id FROM request_event WHERE on_behalf_of_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'quote.request_id', quote_id, request_id FROM quote WHERE request_id NOT IN (SELECT request_id FROM tech_request)
UNION ALL SELECT 'quote.vendor_id', quote_id, vendor_id FROM quote WHERE vendor_id NOT IN (SELECT vendor_id FROM vendor)
UNION ALL SELECT 'quote_line.quote_id', quote_line_id, quote_id FROM quote_line WHERE quote_id NOT IN (SELECT quote_id FROM quote)
UNION ALL SELECT 'quote_line.line_id', quote_line_id, line_id FROM quote_line WHERE line_id NOT IN (SELECT line_id FROM request_line)
UNION ALL SELECT 'ledger_entry.fund_id', CAST(entry_no AS TEXT), fund_id FROM ledger_entry WHERE fund_id NOT IN (SELECT fund_id FROM fund)
UNION ALL SELECT 'ledger_entry.request_id', CAST(entry_no AS TEXT), request_id FROM ledger_entry WHERE request_id NOT IN (SELECT request_id FROM tech_request)
UNION ALL SELECT 'ledger_entry.line_id', CAST(entry_no AS TEXT), line_id FROM ledger_entry WHERE line_id NOT IN (SELECT line_id FROM request_line)
UNION ALL SELECT 'ledger_entry.invoice_id', CAST(entry_no AS TEXT), invoice_id FROM ledger_entry WHERE invoice_id NOT IN (SELECT invoice_id FROM invoice)
UNION ALL SELECT 'ledger_entry.order_id', CAST(entry_no AS TEXT), order_id FROM ledger_entry WHERE order_id NOT IN (SELECT order_id FROM purchase_order)
UNION ALL SELECT 'ledger_entry.actor_id', CAST(entry_no AS TEXT), actor_id FROM ledger_entry WHERE actor_id NOT IN (SELECT person_id FROM doer)
UNION ALL SELECT 'purchase_order.request_id', order_id, request_id FROM purchase_order WHERE request_id NOT IN (SELECT request_id FROM tech_request)
UNION ALL SELECT 'purchase_order.quote_id', order_id, quote_id FROM purchase_order WHERE quote_id NOT IN (SELECT quote_id FROM quote)
UNION ALL SELECT 'purchase_order.vendor_id', order_id, vendor_id FROM purchase_order WHERE vendor_id NOT IN (SELECT vendor_id FROM vendor)
UNION ALL SELECT 'purchase_order.placed_by_id', order_id, placed_by_id FROM purchase_order WHERE placed_by_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'order_line.order_id', order_line_id, order_id FROM order_line WHERE order_id NOT IN (SELECT order_id FROM purchase_order)
UNION ALL SELECT 'order_line.request_id', order_line_id, request_id FROM order_line WHERE request_id NOT IN (SELECT request_id FROM tech_request)
UNION ALL SELECT 'order_line.line_id', order_line_id, line_id FROM order_line WHERE line_id NOT IN (SELECT line_id FROM request_line)
UNION ALL SELECT 'order_line.item_id', order_line_id, item_id FROM order_line WHERE item_id NOT IN (SELECT item_id FROM standard_item)
UNION ALL SELECT 'receipt.order_line_id', receipt_id, order_line_id FROM receipt WHERE order_line_id NOT IN (SELECT order_line_id FROM order_line)
UNION ALL SELECT 'receipt.request_id', receipt_id, request_id FROM receipt WHERE request_id NOT IN (SELECT request_id FROM tech_request)
UNION ALL SELECT 'receipt.received_by_id', receipt_id, received_by_id FROM receipt WHERE received_by_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'invoice.order_id', invoice_id, order_id FROM invoice WHERE order_id NOT IN (SELECT order_id FROM purchase_order)
UNION ALL SELECT 'invoice.request_id', invoice_id, request_id FROM invoice WHERE request_id NOT IN (SELECT request_id FROM tech_request)
UNION ALL SELECT 'invoice.reverses_id', invoice_id, reverses_id FROM invoice WHERE reverses_id NOT IN (SELECT invoice_id FROM invoice)
UNION ALL SELECT 'invoice.recorded_by_id', invoice_id, recorded_by_id FROM invoice WHERE recorded_by_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'asset.item_id', asset_tag, item_id FROM asset WHERE item_id NOT IN (SELECT item_id FROM standard_item)
UNION ALL SELECT 'asset.site_id', asset_tag, site_id FROM asset WHERE site_id NOT IN (SELECT site_id FROM site)
UNION ALL SELECT 'asset.custodian_id', asset_tag, custodian_id FROM asset WHERE custodian_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'asset.fund_id', asset_tag, fund_id FROM asset WHERE fund_id NOT IN (SELECT fund_id FROM fund)
UNION ALL SELECT 'asset.request_id', asset_tag, request_id FROM asset WHERE request_id NOT IN (SELECT request_id FROM tech_request)
UNION ALL SELECT 'asset.receipt_id', asset_tag, receipt_id FROM asset WHERE receipt_id NOT IN (SELECT receipt_id FROM receipt)
UNION ALL SELECT 'asset.order_line_id', asset_tag, order_line_id FROM asset WHERE order_line_id NOT IN (SELECT order_line_id FROM order_line)
UNION ALL SELECT 'spare_use.request_id', spare_use_id, request_id FROM spare_use WHERE request_id NOT IN (SELECT request_id FROM tech_request)
UNION ALL SELECT 'spare_use.asset_tag', spare_use_id, asset_tag FROM spare_use WHERE asset_tag NOT IN (SELECT asset_tag FROM asset)
UNION ALL SELECT 'spare_use.kept_by_id', spare_use_id, kept_by_id FROM spare_use WHERE kept_by_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'asset_event.asset_tag', CAST(asset_event_no AS TEXT), asset_tag FROM asset_event WHERE asset_tag NOT IN (SELECT asset_tag FROM asset)
UNION ALL SELECT 'asset_event.actor_id', CAST(asset_event_no AS TEXT), actor_id FROM asset_event WHERE actor_id NOT IN (SELECT person_id FROM doer)
UNION ALL SELECT 'deployment_task.request_id', task_id, request_id FROM deployment_task WHERE request_id NOT IN (SELECT request_id FROM tech_request)
UNION ALL SELECT 'deployment_task.done_by_id', task_id, done_by_id FROM deployment_task WHERE done_by_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'message.person_id', CAST(message_no AS TEXT), person_id FROM message WHERE person_id NOT IN (SELECT person_id FROM person)
UNION ALL SELECT 'message.request_id', CAST(message_no AS TEXT), request_id FROM message WHERE request_id NOT IN (SELECT request_id FROM tech_request)
UNION ALL SELECT 'table_edit.actor_id', CAST(table_edit_no AS TEXT), actor_id FROM table_edit WHERE actor_id NOT IN (SELECT person_id FROM doer)
UNION ALL SELECT 'file_mapping.said_by_id', table_name, said_by_id FROM file_mapping WHERE said_by_id NOT IN (SELECT person_id FROM doer)
UNION ALL SELECT 'file_value.said_by_id', field || ' ' || said, said_by_id FROM file_value WHERE said_by_id NOT IN (SELECT person_id FROM doer)
) pointing WHERE missing IS NOT NULL;

-- value: Every status, kind and role is one the program knows.
SELECT 'tech_request.status' AS field, request_id AS row_key, status AS unknown FROM tech_request WHERE status NOT IN ('draft', 'in review', 'needs information', 'awaiting approval', 'quoting', 'funding', 'ordered', 'deploying', 'delivered', 'closed', 'declined', 'denied', 'withdrawn', 'cancelled')
UNION ALL SELECT 'tech_request.category', request_id, category FROM tech_request WHERE category NOT IN ('computers', 'displays', 'audio and video', 'network', 'printing', 'software', 'assistive technology', 'accessories', 'other')
UNION ALL SELECT 'site.kind', site_id, kind FROM site WHERE kind NOT IN ('office', 'preschool', 'elementary school', 'k-8 school', 'middle school', 'high school', 'k-12 school', 'other site')
UNION ALL SELECT 'request_line.category', line_id, category FROM request_line WHERE category NOT IN ('computers', 'displays', 'audio and video', 'network', 'printing', 'software', 'assistive technology', 'accessories', 'other')
UNION ALL SELECT 'role_grant.role', grant_id, role FROM role_grant WHERE role NOT IN ('staff', 'reviewer', 'technician', 'approver', 'business office', 'business manager', 'leadership', 'administrator')
UNION ALL SELECT 'request_event.action', CAST(event_no AS TEXT), action FROM request_event WHERE action NOT IN ('submit', 'discard', 'correct', 'correct category', 'reassign', 'name approver', 'forward', 'use spare', 'decline', 'ask', 'answer', 'remind', 'lapse', 'withdraw', 'delegate', 'return decision', 'find approver', 'escalate', 'report overdue', 'remind approver', 'approve', 'deny', 'ask before deciding', 'ask vendors', 'record quote', 'choose quote', 'amend', 'allocate', 'return to quoting', 'cancel', 'order', 'correct order', 'receive', 'cancel lines', 'requote', 'record invoice', 'record credit', 'reverse invoice', 'assign technician', 'tick', 'hand over', 'confirm', 'remind of delivery', 'close unconfirmed', 'report problem', 'reopen')
UNION ALL SELECT 'asset.status', asset_tag, status FROM asset WHERE status NOT IN ('in stock', 'assigned', 'deployed', 'in repair', 'lost or stolen', 'retired')
UNION ALL SELECT 'asset.condition', asset_tag, condition FROM asset WHERE condition NOT IN ('new', 'good', 'worn', 'broken');

-- supervisor: Nobody is their own supervisor, over however many steps.
WITH RECURSIVE chain AS (
    SELECT person_id, supervisor_id, 1 AS steps FROM person WHERE supervisor_id IS NOT NULL
    UNION ALL
    SELECT c.person_id, p.supervisor_id, c.steps + 1
    FROM chain c JOIN person p ON p.person_id = c.supervisor_id
    WHERE p.supervisor_id IS NOT NULL AND c.steps < 20 AND c.supervisor_id <> c.person_id
)
SELECT person_id, min(steps) AS steps FROM chain WHERE supervisor_id = person_id GROUP BY person_id;

-- estimate: A request's estimate is the sum of its present lines.
SELECT r.request_id, r.estimate_cents, coalesce(l.cents, 0) AS lines_cents
FROM tech_request r LEFT JOIN (
    SELECT request_id, content_version, CAST(sum(quantity * unit_estimate_cents) AS BIGINT) AS cents
    FROM request_line GROUP BY request_id, content_version
) l ON l.request_id = r.request_id AND l.content_version = r.content_version
WHERE r.estimate_cents <> coalesce(l.cents, 0);

-- lines: A submitted request asks for something.
SELECT request_id FROM tech_request r
WHERE submitted_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM request_line l WHERE l.request_id = r.request_id AND l.content_version = r.content_version
);

-- category: A submitted request has a category, and so has each of its items.
SELECT request_id AS row_key FROM tech_request WHERE submitted_at IS NOT NULL AND category IS NULL
UNION ALL SELECT l.line_id FROM request_line l JOIN tech_request r ON r.request_id = l.request_id
WHERE r.submitted_at IS NOT NULL AND l.category IS NULL;

-- override: Only what a review found not feasible or against the standards is forwarded for a reason.
SELECT v.review_id FROM review v WHERE v.override_reason <> '' AND (v.outcome <> 'forward' OR (v.feasibility <> 'not feasible' AND v.alignment <> 'against the standards'));

-- content_version: Nothing is about a version of a request that was never written.
SELECT 'review' AS what, v.review_id AS row_key FROM review v JOIN tech_request r ON r.request_id = v.request_id WHERE v.content_version > r.content_version
UNION ALL SELECT 'decision', d.decision_id FROM decision d JOIN tech_request r ON r.request_id = d.request_id WHERE d.content_version > r.content_version
UNION ALL SELECT 'quote', q.quote_id FROM quote q JOIN tech_request r ON r.request_id = q.request_id WHERE q.content_version > r.content_version
UNION ALL SELECT 'request_line', l.line_id FROM request_line l JOIN tech_request r ON r.request_id = l.request_id WHERE l.content_version > r.content_version
UNION ALL SELECT 'request_change', c.change_id FROM request_change c JOIN tech_request r ON r.request_id = c.request_id WHERE c.content_version > r.content_version;

-- last_event: A request stands where its last event led; a draft has no event yet.
SELECT r.request_id, r.status, e.target
FROM tech_request r LEFT JOIN request_event e
  ON e.event_no = (SELECT max(n.event_no) FROM request_event n WHERE n.request_id = r.request_id)
WHERE coalesce(e.target, 'draft') <> r.status;

-- event_chain: Each event starts where the one before it led, the first one at draft.
SELECT request_id, event_no, source, came_from FROM (
    SELECT request_id, event_no, source,
           coalesce(lag(target) OVER (PARTITION BY request_id ORDER BY event_no), 'draft') AS came_from
    FROM request_event
) chained WHERE source <> came_from;

-- stage_since: A request came to its status with the last event that moved it.
SELECT r.request_id, r.stage_since, moved.happened_at
FROM tech_request r LEFT JOIN (
    SELECT request_id, max(happened_at) AS happened_at FROM request_event WHERE source <> target GROUP BY request_id
) moved ON moved.request_id = r.request_id
WHERE r.stage_since <> coalesce(moved.happened_at, r.created_at);

-- submitted_at: Everything but a draft was submitted; a discarded draft was not.
SELECT request_id, status, submitted_at FROM tech_request
WHERE (status = 'draft' AND submitted_at IS NOT NULL)
   OR (status NOT IN ('draft', 'withdrawn') AND submitted_at IS NULL);

-- closed_at: A request has an end exactly when nobody acts on it any more.
SELECT request_id, status, closed_at FROM tech_request
WHERE (closed_at IS NOT NULL) <> (status IN ('closed', 'declined', 'denied', 'withdrawn', 'cancelled'));

-- asked_from: A question knows who waits for the answer, and nothing else does.
SELECT request_id, status, asked_from FROM tech_request
WHERE (status = 'needs information' AND coalesce(asked_from, '') NOT IN ('in review', 'awaiting approval'))
   OR (status <> 'needs information' AND asked_from IS NOT NULL);

-- future: Nothing happened later than now.
SELECT 'tech_request.stage_since' AS field, request_id AS row_key, stage_since AS moment FROM tech_request WHERE stage_since > $now + INTERVAL '5 minutes'
UNION ALL SELECT 'request_event.happened_at', CAST(event_no AS TEXT), happened_at FROM request_event WHERE happened_at > $now + INTERVAL '5 minutes'
UNION ALL SELECT 'ledger_entry.posted_at', CAST(entry_no AS TEXT), posted_at FROM ledger_entry WHERE posted_at > $now + INTERVAL '5 minutes';

-- own_request: Nobody judges, decides on or pays for their own request.
SELECT e.request_id, e.event_no, e.action, e.actor_id
FROM request_event e JOIN tech_request r ON r.request_id = e.request_id
WHERE e.actor_id IN (r.requester_id, r.submitted_by_id)
  AND e.action IN ('correct category', 'reassign', 'name approver', 'forward', 'use spare', 'decline', 'ask', 'ask before deciding', 'approve', 'deny', 'choose quote', 'amend', 'allocate', 'order', 'correct order', 'requote', 'record invoice', 'record credit', 'reverse invoice')
UNION ALL
SELECT d.request_id, NULL, d.verdict, d.approver_id
FROM decision d JOIN tech_request r ON r.request_id = d.request_id
WHERE d.approver_id IN (r.requester_id, r.submitted_by_id) OR d.on_behalf_of_id IN (r.requester_id, r.submitted_by_id)
UNION ALL
SELECT request_id, NULL, status, approver_id FROM tech_request
WHERE status = 'awaiting approval'
  AND (approver_id IN (requester_id, submitted_by_id) OR on_behalf_of_id IN (requester_id, submitted_by_id));

-- delegate: Nobody is their own delegate, or has two delegates on one day.
SELECT delegation_id, person_id, delegate_id FROM delegation WHERE delegate_id = person_id
UNION ALL
SELECT a.delegation_id, a.person_id, b.delegate_id
FROM delegation a JOIN delegation b
  ON a.person_id = b.person_id AND a.delegation_id < b.delegation_id
 AND a.starts_on <= b.ends_on AND b.starts_on <= a.ends_on
WHERE a.withdrawn_at IS NULL AND b.withdrawn_at IS NULL;

-- delegate_circle: No decision comes back, over delegates of delegates, to who is away.
WITH RECURSIVE chain AS (
    SELECT person_id, delegate_id, starts_on, ends_on, 1 AS links FROM delegation WHERE withdrawn_at IS NULL AND delegate_id <> person_id
    UNION ALL
    SELECT c.person_id, d.delegate_id, greatest(c.starts_on, d.starts_on), least(c.ends_on, d.ends_on), c.links + 1
    FROM chain c JOIN delegation d
      ON d.person_id = c.delegate_id AND d.withdrawn_at IS NULL AND d.starts_on <= c.ends_on AND c.starts_on <= d.ends_on
    WHERE c.links < 6 AND c.delegate_id <> c.person_id
)
SELECT person_id, starts_on, ends_on FROM chain WHERE delegate_id = person_id;

-- on_behalf: Who decides for an absent approver is somebody else, and was their delegate, or a delegate's, on that day.
SELECT request_id, approver_id, on_behalf_of_id FROM tech_request
WHERE on_behalf_of_id IS NOT NULL AND coalesce(approver_id, on_behalf_of_id) = on_behalf_of_id
UNION ALL
SELECT request_id, approver_id, on_behalf_of_id FROM decision
WHERE on_behalf_of_id = approver_id OR (on_behalf_of_id IS NOT NULL AND (
    NOT EXISTS (
        SELECT 1 FROM delegation d
        WHERE d.person_id = decision.on_behalf_of_id AND CAST(decision.decided_at AS DATE) BETWEEN d.starts_on AND d.ends_on
          AND coalesce(d.withdrawn_at, decision.decided_at) >= decision.decided_at
    ) OR NOT EXISTS (
        SELECT 1 FROM delegation d
        WHERE d.delegate_id = decision.approver_id AND CAST(decision.decided_at AS DATE) BETWEEN d.starts_on AND d.ends_on
          AND coalesce(d.withdrawn_at, decision.decided_at) >= decision.decided_at
    )
));

-- both_names: A decision and its line in the history name the same two people.
SELECT d.request_id, d.approver_id, d.on_behalf_of_id
FROM decision d
WHERE NOT EXISTS (
    SELECT 1 FROM request_event e
    WHERE e.request_id = d.request_id AND e.happened_at = d.decided_at AND e.action IN ('approve', 'deny')
      AND e.actor_id = d.approver_id AND coalesce(e.on_behalf_of_id, '') = coalesce(d.on_behalf_of_id, '')
);

-- overdue: Only a decision that is still to be taken is overdue.
SELECT request_id, status, overdue_since FROM tech_request WHERE overdue_since IS NOT NULL AND status <> 'awaiting approval';

-- approval: Nothing is quoted, paid or bought without the supervisor's approval of its present version.
SELECT request_id, status FROM tech_request
WHERE status IN ('quoting', 'funding', 'ordered', 'deploying', 'delivered', 'closed')
  AND request_id NOT IN (SELECT request_id FROM standing_approval);

-- refusal: What was denied or declined has a decision or review that says so.
SELECT request_id, status FROM tech_request
WHERE (status = 'denied' AND request_id NOT IN (SELECT request_id FROM decision WHERE verdict = 'denied'))
   OR (status = 'declined' AND request_id NOT IN (SELECT request_id FROM review WHERE outcome = 'decline'));

-- one_choice: At most one quote of a request is chosen.
SELECT request_id, count(*) AS chosen FROM quote WHERE chosen_at IS NOT NULL GROUP BY request_id HAVING count(*) > 1;

-- choice: What is being paid or bought has a chosen quote; what is served from the stock has none.
SELECT request_id, status FROM tech_request
WHERE status IN ('funding', 'ordered', 'deploying', 'delivered', 'closed')
  AND request_id NOT IN (SELECT request_id FROM quote WHERE chosen_at IS NOT NULL)
  AND request_id NOT IN (SELECT request_id FROM spare_use);

-- choice_stands: A chosen quote was received, and is for the present version of the request.
SELECT q.quote_id, q.request_id, q.received_at, q.content_version
FROM quote q JOIN tech_request r ON r.request_id = q.request_id
WHERE q.chosen_at IS NOT NULL AND (q.received_at IS NULL OR q.content_version < r.content_version);

-- same_item: What is chosen is the item that was approved, or somebody said that it is the same under another name.
SELECT q.request_id, o.quote_line_id, o.description AS offered, w.description AS wanted
FROM quote_line o JOIN quote q ON q.quote_id = o.quote_id JOIN request_line w ON w.line_id = o.line_id
WHERE q.chosen_at IS NOT NULL AND NOT o.same_item
  AND replace(lower(trim(o.description)), 'ß', 'ss') <> replace(lower(trim(w.description)), 'ß', 'ss');

-- within_approval: Nothing is bought for more than was approved and, on the day of the order, tolerated.
SELECT o.request_id, a.amount_cents AS approved_cents, o.above_approval_cents, l.cents + o.shipping_cents AS ordered_cents
FROM purchase_order o
JOIN standing_approval a ON a.request_id = o.request_id
JOIN (
    SELECT order_id, CAST(sum(quantity * unit_price_cents) AS BIGINT) AS cents FROM order_line GROUP BY order_id
) l ON l.order_id = o.order_id
WHERE l.cents + o.shipping_cents > a.amount_cents + o.above_approval_cents;

-- money_held: Funds hold money only for what is being bought: a reserve before the order, an encumbrance after it.
SELECT r.request_id, r.status, m.reserved_cents, m.encumbered_cents
FROM tech_request r JOIN (
    SELECT request_id,
           CAST(sum(CASE kind WHEN 'reserve' THEN amount_cents WHEN 'release reserve' THEN -amount_cents ELSE 0 END) AS BIGINT) AS reserved_cents,
           CAST(sum(CASE kind WHEN 'encumber' THEN amount_cents WHEN 'release encumbrance' THEN -amount_cents ELSE 0 END) AS BIGINT) AS encumbered_cents
    FROM ledger_entry WHERE request_id IS NOT NULL GROUP BY request_id
) m ON m.request_id = r.request_id
WHERE (m.reserved_cents > 0 AND r.status NOT IN ('quoting', 'funding'))
   OR (m.encumbered_cents > 0 AND r.status NOT IN ('ordered', 'deploying', 'delivered', 'closed'));

-- negative_money: No more is released than was held, and no more credited than was spent.
SELECT * FROM (
    SELECT fund_id, request_id, line_id,
           CAST(sum(CASE kind WHEN 'reserve' THEN amount_cents WHEN 'release reserve' THEN -amount_cents ELSE 0 END) AS BIGINT) AS reserved_cents,
           CAST(sum(CASE kind WHEN 'encumber' THEN amount_cents WHEN 'release encumbrance' THEN -amount_cents ELSE 0 END) AS BIGINT) AS encumbered_cents,
           CAST(sum(CASE kind WHEN 'expend' THEN amount_cents WHEN 'credit' THEN -amount_cents ELSE 0 END) AS BIGINT) AS expended_cents
    FROM ledger_entry WHERE request_id IS NOT NULL GROUP BY fund_id, request_id, line_id
) held WHERE reserved_cents < 0 OR encumbered_cents < 0 OR expended_cents < 0;

-- entry: Budgets are for no request, and everything else is for one.
SELECT entry_no, kind, request_id FROM ledger_entry WHERE (kind = 'budget') <> (request_id IS NULL);

-- fund_limit: A fund that stops holds no more than it has, unless somebody went over its limit by name or its budget or control was changed.
SELECT b.fund_id, b.available_cents
FROM fund_balance b JOIN fund f ON f.fund_id = b.fund_id
WHERE f.reserve_control = 'stop' AND f.encumber_control = 'stop' AND f.expend_control = 'stop' AND b.available_cents < 0
  AND b.fund_id NOT IN (SELECT fund_id FROM ledger_entry WHERE overridden OR (kind = 'budget' AND amount_cents < 0))
  AND b.fund_id NOT IN (SELECT row_key FROM table_edit WHERE table_name IN ('fund', 'budgeted_fund') AND field IN ('reserve_control', 'encumber_control', 'expend_control'));

-- overspent: No fund is below zero, but for what somebody let it pay, or took from its budget, by name.
SELECT b.fund_id, b.budget_cents - b.encumbered_cents - b.expended_cents AS unspent_cents, coalesce(o.cents, 0) AS allowed_cents
FROM fund_balance b LEFT JOIN (
    SELECT fund_id, CAST(sum(CASE WHEN kind IN ('encumber', 'expend') THEN amount_cents WHEN kind = 'budget' AND amount_cents < 0 THEN -amount_cents ELSE 0 END) AS BIGINT) AS cents
    FROM ledger_entry WHERE overridden GROUP BY fund_id
) o ON o.fund_id = b.fund_id
WHERE b.budget_cents - b.encumbered_cents - b.expended_cents + coalesce(o.cents, 0) < 0;

-- still_to_bill: What is encumbered for an order, closed or not, is what may still be billed; after the last bill nothing.
SELECT o.request_id, o.cents AS still_to_bill_cents, coalesce(e.cents, 0) AS encumbered_cents
FROM (
    SELECT c.request_id, CAST(sum(CASE WHEN coalesce(b.last, FALSE) THEN 0 ELSE greatest(0, c.due_cents - coalesce(b.cents, 0)) END) AS BIGINT) AS cents
    FROM order_cost c LEFT JOIN (
        SELECT order_id, CAST(sum(CASE WHEN amount_cents > 0 THEN amount_cents ELSE 0 END) AS BIGINT) AS cents, bool_or(final) AS last
        FROM invoice WHERE reverses_id IS NULL AND invoice_id NOT IN (SELECT reverses_id FROM invoice WHERE reverses_id IS NOT NULL)
        GROUP BY order_id
    ) b ON b.order_id = c.order_id
    GROUP BY c.request_id
) o LEFT JOIN (
    SELECT request_id, CAST(sum(CASE kind WHEN 'encumber' THEN amount_cents WHEN 'release encumbrance' THEN -amount_cents ELSE 0 END) AS BIGINT) AS cents
    FROM ledger_entry WHERE request_id IS NOT NULL GROUP BY request_id
) e ON e.request_id = o.request_id
WHERE o.cents <> coalesce(e.cents, 0);

-- order: What was ordered has exactly one order that is not cancelled as a whole, and everything else has none.
SELECT r.request_id, r.status, count(s.order_id) AS orders
FROM tech_request r LEFT JOIN (
    SELECT o.order_id, o.request_id FROM purchase_order o LEFT JOIN order_line l ON l.order_id = o.order_id
    GROUP BY o.order_id, o.request_id HAVING coalesce(sum(l.quantity - l.cancelled), 1) > 0
) s ON s.request_id = r.request_id
GROUP BY r.request_id, r.status
HAVING count(s.order_id) <> CASE WHEN r.status IN ('ordered', 'deploying', 'delivered', 'closed') THEN 1 ELSE 0 END
    AND NOT (count(s.order_id) = 0 AND r.request_id IN (SELECT request_id FROM spare_use));

-- spare: A unit is kept for one open request at most, out of the stock, and for none that ended without it.
SELECT u.asset_tag, count(*) AS requests, min(r.status) AS status FROM spare_use u
JOIN tech_request r ON r.request_id = u.request_id JOIN asset a ON a.asset_tag = u.asset_tag
WHERE u.freed_at IS NULL AND r.status NOT IN ('delivered', 'closed')
GROUP BY u.asset_tag, a.status
HAVING count(*) > 1 OR a.status = 'in stock' OR min(r.status) NOT IN ('needs information', 'awaiting approval', 'deploying');

-- same_request: What belongs together belongs to one request.
SELECT 'quote_line' AS what, x.quote_line_id AS row_key FROM quote_line x JOIN quote q ON q.quote_id = x.quote_id JOIN request_line l ON l.line_id = x.line_id WHERE l.request_id <> q.request_id
UNION ALL SELECT 'ledger_entry', CAST(x.entry_no AS TEXT) FROM ledger_entry x JOIN request_line l ON l.line_id = x.line_id WHERE l.request_id <> x.request_id
UNION ALL SELECT 'purchase_order', x.order_id FROM purchase_order x JOIN quote q ON q.quote_id = x.quote_id WHERE q.request_id <> x.request_id
UNION ALL SELECT 'order_line', x.order_line_id FROM order_line x JOIN purchase_order o ON o.order_id = x.order_id WHERE o.request_id <> x.request_id
UNION ALL SELECT 'order_line', x.order_line_id FROM order_line x JOIN request_line l ON l.line_id = x.line_id WHERE l.request_id <> x.request_id
UNION ALL SELECT 'receipt', x.receipt_id FROM receipt x JOIN order_line l ON l.order_line_id = x.order_line_id WHERE l.request_id <> x.request_id
UNION ALL SELECT 'ledger_entry', CAST(x.entry_no AS TEXT) FROM ledger_entry x JOIN invoice i ON i.invoice_id = x.invoice_id WHERE i.request_id <> x.request_id
UNION ALL SELECT 'invoice', x.invoice_id FROM invoice x JOIN purchase_order o ON o.order_id = x.order_id WHERE o.request_id <> x.request_id
UNION ALL SELECT 'attachment', x.attachment_id FROM attachment x JOIN quote q ON q.quote_id = x.quote_id WHERE q.request_id <> x.request_id
UNION ALL SELECT 'asset', x.asset_tag FROM asset x JOIN receipt r ON r.receipt_id = x.receipt_id WHERE r.order_line_id <> x.order_line_id;

-- order_terms: An order says what its quote says: vendor, shipping, quantities and prices.
SELECT o.order_id, 'vendor or shipping' AS differs FROM purchase_order o JOIN quote q ON q.quote_id = o.quote_id
WHERE q.vendor_id <> o.vendor_id OR q.shipping_cents <> o.shipping_cents
UNION ALL
SELECT o.order_id, l.line_id
FROM order_line l JOIN purchase_order o ON o.order_id = l.order_id
LEFT JOIN quote_line q ON q.quote_id = o.quote_id AND q.line_id = l.line_id
WHERE q.quote_line_id IS NULL OR q.quantity <> l.quantity OR q.unit_price_cents <> l.unit_price_cents;

-- obligation: What was encumbered for an order is what it costs, to the cent.
SELECT o.order_id, o.shipping_cents + coalesce(l.cents, 0) AS ordered_cents, coalesce(e.cents, 0) AS encumbered_cents
FROM purchase_order o
LEFT JOIN (
    SELECT order_id, CAST(sum(quantity * unit_price_cents) AS BIGINT) AS cents FROM order_line GROUP BY order_id
) l ON l.order_id = o.order_id
LEFT JOIN (
    SELECT order_id, CAST(sum(amount_cents) AS BIGINT) AS cents FROM ledger_entry WHERE kind = 'encumber' GROUP BY order_id
) e ON e.order_id = o.order_id
WHERE o.shipping_cents + coalesce(l.cents, 0) <> coalesce(e.cents, 0);

-- invoiced: What was spent on a request is what its invoices say less what its credits and reversals give back, to the cent.
SELECT coalesce(i.request_id, e.request_id) AS request_id, coalesce(i.cents, 0) AS invoiced_cents, coalesce(e.cents, 0) AS expended_cents
FROM (SELECT request_id, CAST(sum(amount_cents) AS BIGINT) AS cents FROM invoice GROUP BY request_id) i
FULL JOIN (
    SELECT request_id, CAST(sum(CASE kind WHEN 'expend' THEN amount_cents ELSE -amount_cents END) AS BIGINT) AS cents
    FROM ledger_entry WHERE kind IN ('expend', 'credit') GROUP BY request_id
) e ON e.request_id = i.request_id
WHERE coalesce(i.cents, 0) <> coalesce(e.cents, 0);

-- posted: What was posted for an invoice, a credit or a reversal is its amount, to the cent.
SELECT coalesce(i.invoice_id, e.invoice_id) AS invoice_id, i.amount_cents, coalesce(e.cents, 0) AS posted_cents
FROM invoice i FULL JOIN (
    SELECT invoice_id, CAST(sum(CASE kind WHEN 'expend' THEN amount_cents WHEN 'credit' THEN -amount_cents ELSE 0 END) AS BIGINT) AS cents
    FROM ledger_entry WHERE invoice_id IS NOT NULL GROUP BY invoice_id
) e ON e.invoice_id = i.invoice_id
WHERE i.invoice_id IS NULL OR i.amount_cents <> coalesce(e.cents, 0);

-- reversal: A reversal takes back exactly one invoice or credit of the same order, to the cent, and is not reversed itself.
SELECT r.invoice_id, r.reverses_id, 'amount or order' AS differs
FROM invoice r LEFT JOIN invoice w ON w.invoice_id = r.reverses_id
WHERE r.reverses_id IS NOT NULL
  AND (w.invoice_id IS NULL OR w.amount_cents <> -r.amount_cents OR w.order_id <> r.order_id OR w.reverses_id IS NOT NULL)
UNION ALL
SELECT min(invoice_id), reverses_id, 'reversed twice' FROM invoice WHERE reverses_id IS NOT NULL GROUP BY reverses_id HAVING count(*) > 1;

-- given_back: Money comes back with a reason.
SELECT invoice_id, amount_cents FROM invoice WHERE (amount_cents < 0 OR reverses_id IS NOT NULL) AND reason = '';

-- above_order: A bill above its order says how much, which is not more than the bill; nothing else does.
SELECT invoice_id, amount_cents, above_cents FROM invoice
WHERE (reverses_id IS NULL AND (above_cents < 0 OR above_cents > greatest(amount_cents, 0)))
   OR (reverses_id IS NOT NULL AND above_cents <> -(SELECT w.above_cents FROM invoice w WHERE w.invoice_id = invoice.reverses_id));

-- billed_once: No vendor's invoice is paid twice, for whichever order; one with a number much like another's was confirmed.
SELECT o.vendor_id, i.number_key AS number, count(*) AS times, min(i.invoice_number) AS one, max(i.invoice_number) AS other
FROM invoice i JOIN purchase_order o ON o.order_id = i.order_id
WHERE i.reverses_id IS NULL AND i.invoice_id NOT IN (SELECT reverses_id FROM invoice WHERE reverses_id IS NOT NULL)
GROUP BY o.vendor_id, i.number_key
HAVING count(*) > 1 AND count(*) - count(nullif(i.confirmation, '')) <> 1;

-- accepted: No more units came, or were cancelled, than were ordered.
SELECT order_line_id, request_id, quantity, cancelled, accepted FROM order_line_standing WHERE outstanding < 0;

-- arrival: A request waits in “ordered” while units are to come, and no longer.
SELECT r.request_id, r.status, CAST(sum(s.outstanding) AS INTEGER) AS outstanding, CAST(sum(s.accepted) AS INTEGER) AS accepted
FROM tech_request r JOIN order_line_standing s ON s.request_id = r.request_id
GROUP BY r.request_id, r.status
HAVING (r.status = 'ordered' AND sum(s.outstanding) <= 0)
    OR (r.status IN ('deploying', 'delivered', 'closed') AND (sum(s.outstanding) > 0 OR sum(s.accepted) = 0))
    OR (r.status = 'cancelled' AND (sum(s.outstanding) > 0 OR sum(s.accepted) > 0));

-- inventoried: No more inventory records come from a delivery than units were accepted in it.
SELECT a.receipt_id, max(r.accepted) AS accepted, count(*) AS assets
FROM asset a JOIN receipt r ON r.receipt_id = a.receipt_id
GROUP BY a.receipt_id HAVING count(*) > max(r.accepted);

-- serial: No two units of one model have the same serial number.
SELECT lower(coalesce(nullif(model, ''), description)) AS model, lower(serial) AS serial, count(*) AS units
FROM asset WHERE serial <> ''
GROUP BY lower(coalesce(nullif(model, ''), description)), lower(serial) HAVING count(*) > 1;

-- checklist: Nothing is delivered with open tasks.
SELECT t.request_id, count(*) AS open_tasks
FROM deployment_task t JOIN tech_request r ON r.request_id = t.request_id
WHERE r.status IN ('delivered', 'closed') AND t.done_at IS NULL GROUP BY t.request_id;

-- counter: Every running number in use was given out by its counter.
SELECT u.name, u.used, c.last FROM (
    SELECT substr(request_id, 1, 7) AS name,
           max(CASE WHEN request_id SIMILAR TO 'TR-[0-9]{4}-[0-9]{1,9}' THEN CAST(substr(request_id, 9) AS BIGINT) END) AS used
    FROM tech_request GROUP BY substr(request_id, 1, 7)
) u LEFT JOIN counter c ON c.name = u.name
WHERE u.used > coalesce(c.last, 0);

-- last_seen: No sign-in was used before it began, but for a provider's clock that is ahead.
SELECT sign_in_id, signed_in_at, last_seen_at FROM sign_in
WHERE last_seen_at < signed_in_at - INTERVAL '5' MINUTE;

-- sheet_key: No two rows of a sheet are the same row of a table.
SELECT spreadsheet, tab_number, row_key, count(*) AS sheet_rows
FROM sheet_key WHERE row_key IS NOT NULL GROUP BY spreadsheet, tab_number, row_key HAVING count(*) > 1;
