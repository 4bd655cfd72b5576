-- A sign-in is known by other marks now. One that was ended before would look like one never seen, so an
-- account's sign-ins up to its last ended one are good no longer: its person signs in once more.
UPDATE identity SET version = version + 1, valid_from = (
    SELECT max(s.signed_in_at) + INTERVAL '2 seconds' FROM sign_in s
    WHERE s.identity_id = identity.identity_id AND s.ended_at IS NOT NULL
)
WHERE EXISTS (
    SELECT 1 FROM sign_in s
    WHERE s.identity_id = identity.identity_id AND s.ended_at IS NOT NULL
      AND s.signed_in_at > identity.valid_from - INTERVAL '2 seconds'
);
