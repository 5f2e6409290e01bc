-- Who did what. Entries and their chain are for ever; what is personal stands beside them and can be erased.
CREATE TABLE audit_entries (
    id           TEXT   NOT NULL PRIMARY KEY,
    at           BIGINT NOT NULL,
    -- 'account', 'service', 'system' …, and the id if there is one that names nobody outside this database.
    actor_kind   TEXT   NOT NULL,
    actor_id     TEXT   NOT NULL,
    -- '<owner>.<noun>.<act>', to what kind of thing and to which.
    act          TEXT   NOT NULL,
    entity_kind  TEXT   NOT NULL,
    entity_id    TEXT   NOT NULL,
    request_id   TEXT,
    -- The salted SHA-256 of the row in audit_details.
    details_hash BYTEA  NOT NULL
);
-- Ids are in the order of time, so each filter comes with its order.
CREATE INDEX audit_entries_act ON audit_entries (act, id);
CREATE INDEX audit_entries_actor ON audit_entries (actor_id, id);
CREATE INDEX audit_entries_actor_kind ON audit_entries (actor_kind, id);
CREATE INDEX audit_entries_entity ON audit_entries (entity_id, id);
CREATE INDEX audit_entries_request ON audit_entries (request_id);

-- Erased: everything but the id is NULL.
CREATE TABLE audit_details (
    entry_id    TEXT  NOT NULL PRIMARY KEY REFERENCES audit_entries (id),
    salt        BYTEA,
    -- The actor's name at that time, and the same without case, for the search.
    who         TEXT,
    who_key     TEXT,
    -- JSON.
    before_json TEXT,
    after_json  TEXT,
    ip          TEXT,
    user_agent  TEXT
);
CREATE INDEX audit_details_who ON audit_details (who_key);

-- Each row's hash covers its entry and the hash of the row before.
CREATE TABLE audit_chain (
    -- From 1, without gaps.
    seq      BIGINT NOT NULL PRIMARY KEY,
    entry_id TEXT   NOT NULL UNIQUE REFERENCES audit_entries (id),
    previous BYTEA  NOT NULL,
    hash     BYTEA  NOT NULL
);

-- Entries that wait for their place in the chain: written with the entry, gone within a second.
CREATE TABLE audit_pending (
    entry_id TEXT NOT NULL PRIMARY KEY REFERENCES audit_entries (id)
);
