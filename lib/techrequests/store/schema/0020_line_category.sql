-- Each thing asked for has a category of its own: funds and checklists go by it. A draft may have none yet.
ALTER TABLE request_line ADD COLUMN category TEXT;
UPDATE request_line SET category = coalesce(
    (SELECT i.category FROM standard_item i WHERE i.item_id = request_line.item_id),
    (SELECT r.category FROM tech_request r WHERE r.request_id = request_line.request_id)
);
ALTER TABLE tech_request ALTER COLUMN category DROP NOT NULL;

-- Why a request was forwarded although the review found it not feasible or against the standards; empty for all others.
ALTER TABLE review ADD COLUMN override_reason TEXT NOT NULL DEFAULT '';
