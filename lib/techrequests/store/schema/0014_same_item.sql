-- A vendor may call an item by another name; somebody has to say that it is the same one.
-- What was chosen before this was asked was ordered, or will be, as the item that was wanted.
ALTER TABLE quote_line ADD COLUMN same_item BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE quote_line SET same_item = TRUE WHERE quote_id IN (SELECT quote_id FROM quote WHERE chosen_at IS NOT NULL);
