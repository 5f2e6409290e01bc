-- The second factor: what an account is asked for after its password.

CREATE TABLE account_factors (
    account_id   TEXT   NOT NULL PRIMARY KEY REFERENCES access_accounts (id),
    -- What the person's app knows too, sealed for this account.
    secret       TEXT   NOT NULL,
    begun_at     BIGINT NOT NULL,
    -- NULL: shown and not confirmed by a code yet, so that nothing asks for it.
    confirmed_at BIGINT,
    -- The latest step of time whose code was used: no code opens twice, and none after a later one.
    used_step    BIGINT
);
CREATE INDEX account_factors_begun_at ON account_factors (begun_at);

-- For the day when the app is lost. Shown once; only fingerprints under the master secret are kept.
CREATE TABLE account_recovery_codes (
    account_id TEXT   NOT NULL REFERENCES access_accounts (id),
    code_hash  TEXT   NOT NULL,
    used_at    BIGINT,
    PRIMARY KEY (account_id, code_hash)
);

-- Sign-ins whose password was right and whose second factor is awaited, by what the browser holds. They open nothing else.
CREATE TABLE account_half_sign_ins (
    token_hash TEXT   NOT NULL PRIMARY KEY,
    account_id TEXT   NOT NULL REFERENCES access_accounts (id),
    -- Codes that were tried.
    attempts   BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX account_half_sign_ins_account ON account_half_sign_ins (account_id);
CREATE INDEX account_half_sign_ins_expires_at ON account_half_sign_ins (expires_at);
