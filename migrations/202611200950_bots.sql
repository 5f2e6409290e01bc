-- Updates are stored before they are confirmed to Telegram, each once.
CREATE TABLE bots_updates (
    bot         TEXT   NOT NULL,
    update_id   BIGINT NOT NULL,
    -- As it came; emptied once handled. The row stays for a while, so that a repeated delivery is recognised.
    content     TEXT,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (bot, update_id)
);
CREATE INDEX bots_updates_age ON bots_updates (received_at);

-- Where a person is in a conversation.
CREATE TABLE bots_conversations (
    bot        TEXT   NOT NULL,
    chat_id    BIGINT NOT NULL,
    state      TEXT   NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (bot, chat_id)
);
CREATE INDEX bots_conversations_age ON bots_conversations (updated_at);

-- Chats that a bot knows: may it still write, and in which language.
CREATE TABLE bots_chats (
    bot          TEXT    NOT NULL,
    chat_id      BIGINT  NOT NULL,
    locale       TEXT    NOT NULL CHECK (locale IN ('ru', 'uk', 'kk', 'en')),
    -- False after Telegram answered that the person blocked the bot; true again with their next message.
    reachable    BOOLEAN NOT NULL,
    updated_at   BIGINT  NOT NULL,
    PRIMARY KEY (bot, chat_id)
);
