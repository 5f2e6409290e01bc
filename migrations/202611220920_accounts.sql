-- How people prove that an account is theirs. The account itself is a row of access_accounts.

CREATE TABLE account_emails (
    account_id  TEXT   NOT NULL PRIMARY KEY REFERENCES access_accounts (id),
    -- As it was typed, for letters.
    address     TEXT   NOT NULL,
    -- Folded, for finding: one address, one account.
    address_key TEXT   NOT NULL UNIQUE,
    -- NULL: nobody has shown yet that letters to it are read by this person.
    verified_at BIGINT
);

CREATE TABLE account_passwords (
    account_id TEXT   NOT NULL PRIMARY KEY REFERENCES access_accounts (id),
    -- Argon2id as a PHC string; bcrypt where it was imported and its owner has not signed in since.
    hash       TEXT   NOT NULL,
    changed_at BIGINT NOT NULL
);

-- What a letter proves: a code for the browser that asked, a link for any. Only hashes are kept.
CREATE TABLE account_proofs (
    -- What the browser that asked holds in its form.
    flow_hash   TEXT   NOT NULL PRIMARY KEY,
    link_hash   TEXT   NOT NULL UNIQUE,
    -- Six digits under the master secret and the flow: useless for any other browser.
    code_hash   TEXT   NOT NULL,
    purpose     TEXT   NOT NULL CHECK (purpose IN ('verify', 'reset')),
    -- NULL: the address belongs to nobody, and no code fits. From outside both look alike.
    account_id  TEXT   REFERENCES access_accounts (id),
    -- Codes that were tried.
    attempts    BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    used_at     BIGINT
);
CREATE INDEX account_proofs_account ON account_proofs (account_id);
CREATE INDEX account_proofs_expires_at ON account_proofs (expires_at);

-- Failed sign-ins by account and address together, so that a stranger's guesses do not lock the owner out.
CREATE TABLE account_failures (
    -- A fingerprint of both under the master secret.
    who_hash TEXT   NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    -- The next try is looked at from this moment on.
    next_at  BIGINT NOT NULL
);
CREATE INDEX account_failures_next_at ON account_failures (next_at);
