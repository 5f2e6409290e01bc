-- Expand only: both columns stay nullable, because the release before this one does not write them. A session without them
-- was proved when it was begun, and how it was is told by how long it lives.

-- In which way its person showed who they are, in the words of whoever opens sessions.
ALTER TABLE web_sessions ADD COLUMN way TEXT;
-- When they did so last; dangerous acts ask for a recent proof.
ALTER TABLE web_sessions ADD COLUMN proved_at BIGINT;
