-- Double entry: the postings of an entry sum to zero in each unit. Money, points, credits and days are units.
CREATE TABLE ledger_accounts (
    id         TEXT   NOT NULL PRIMARY KEY,
    -- Whose account it is: an id of the owner's kind, or a system name such as 'shop.points.issued'.
    owner      TEXT   NOT NULL,
    unit       TEXT   NOT NULL,
    -- The running balance. NULL for system accounts: theirs is a sum, because every entry would queue for the row.
    balance    BIGINT CHECK (balance >= 0),
    created_at BIGINT NOT NULL,
    UNIQUE (owner, unit)
);

CREATE TABLE ledger_entries (
    id         TEXT   NOT NULL PRIMARY KEY,
    -- What happened, e.g. 'shop.order.earn', and to what; together they happen once.
    purpose    TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    actor      TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (purpose, subject)
);
CREATE INDEX ledger_entries_created ON ledger_entries (created_at);

CREATE TABLE ledger_postings (
    id            TEXT   NOT NULL PRIMARY KEY,
    entry_id      TEXT   NOT NULL REFERENCES ledger_entries (id),
    account_id    TEXT   NOT NULL REFERENCES ledger_accounts (id),
    amount        BIGINT NOT NULL CHECK (amount <> 0),
    -- The account's balance after this posting; NULL for system accounts.
    balance_after BIGINT
);
CREATE INDEX ledger_postings_entry ON ledger_postings (entry_id);
CREATE INDEX ledger_postings_account ON ledger_postings (account_id, id);
