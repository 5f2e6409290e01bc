-- What people are asked to read and to agree to, and what they agreed to.

CREATE TABLE legal_texts (
    id           TEXT   NOT NULL PRIMARY KEY,
    -- A word of karavan_platform::legal::Document.
    document     TEXT   NOT NULL,
    locale       TEXT   NOT NULL,
    -- 1, 2, 3 of this document in this language. A text is never changed: a correction is the next version.
    version      BIGINT NOT NULL CHECK (version > 0),
    title        TEXT   NOT NULL,
    -- Markdown.
    body         TEXT   NOT NULL,
    published_at BIGINT NOT NULL,
    UNIQUE (document, locale, version)
);

CREATE TABLE legal_consents (
    id           TEXT   NOT NULL PRIMARY KEY,
    account_id   TEXT   NOT NULL REFERENCES access_accounts (id),
    -- Exactly what was on the screen.
    text_id      TEXT   NOT NULL REFERENCES legal_texts (id),
    given_at     BIGINT NOT NULL,
    -- Where from, as proof.
    ip           TEXT   NOT NULL,
    channel      TEXT   NOT NULL CHECK (channel IN ('web', 'telegram', 'api')),
    withdrawn_at BIGINT
);
-- A person agrees to a text once, until they withdraw it.
CREATE UNIQUE INDEX legal_consents_given ON legal_consents (account_id, text_id) WHERE withdrawn_at IS NULL;
CREATE INDEX legal_consents_account_id ON legal_consents (account_id);
CREATE INDEX legal_consents_text_id ON legal_consents (text_id);
