-- Expand. False for somebody to whom the bot was refused before they ever wrote: their language is not known yet.
ALTER TABLE bots_chats ADD COLUMN has_written BOOLEAN NOT NULL DEFAULT TRUE;
