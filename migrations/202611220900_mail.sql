-- Expand. The outbox: letters that wait, that went out, and that could not.
CREATE TABLE mail_letters (
    id         TEXT   PRIMARY KEY,
    recipient  TEXT   NOT NULL,
    locale     TEXT   NOT NULL CHECK (locale IN ('ru', 'uk', 'kk', 'en')),
    template   TEXT   NOT NULL,
    -- What the template says, encrypted; emptied once the letter went out or was given up.
    sealed     TEXT,
    created_at BIGINT NOT NULL,
    sent_at    BIGINT,
    failed_at  BIGINT,
    -- Why it was given up, as a word.
    failure    TEXT,
    CHECK (sent_at IS NULL OR failed_at IS NULL),
    CHECK ((failed_at IS NULL) = (failure IS NULL))
);
CREATE INDEX mail_letters_age ON mail_letters (created_at);
