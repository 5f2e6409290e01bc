-- Expand. Whose update it is, so that the turns of a chat are taken in Telegram's order even when the updates arrived in
-- another one. NULL: stored by the release before, which handled each update by its own job alone.
ALTER TABLE bots_updates ADD COLUMN chat_id BIGINT;
-- True before the last attempt: an update that nobody can handle must not hold up those behind it.
ALTER TABLE bots_updates ADD COLUMN given_up BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX bots_updates_unhandled ON bots_updates (bot, chat_id, update_id) WHERE content IS NOT NULL;
