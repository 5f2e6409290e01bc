-- Work that follows a fact. A row lives from the fact's commit until its effects commit; a dead one waits for a person.
CREATE TABLE jobs (
    id           TEXT   NOT NULL PRIMARY KEY,
    name         TEXT   NOT NULL,
    payload      TEXT   NOT NULL,
    -- Which workers may take it: '' for everybody, otherwise the holder of the lane's lease.
    lane         TEXT   NOT NULL,
    state        TEXT   NOT NULL CHECK (state IN ('queued', 'running', 'dead')),
    -- Jobs of one key run one after another, in order of serial_no.
    serial_key   TEXT,
    serial_no    BIGINT NOT NULL,
    unique_key   TEXT,
    attempt      BIGINT NOT NULL,
    max_attempts BIGINT NOT NULL,
    run_at       BIGINT NOT NULL,
    lease_until  BIGINT,
    node         TEXT,
    enqueued_by  TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    started_at   BIGINT,
    failed_at    BIGINT,
    last_error   TEXT
);
CREATE INDEX jobs_due ON jobs (lane, state, run_at, id);
CREATE INDEX jobs_serial ON jobs (serial_key, serial_no);
CREATE INDEX jobs_leases ON jobs (state, lease_until);
CREATE INDEX jobs_node ON jobs (node, state);
CREATE UNIQUE INDEX jobs_unique ON jobs (name, unique_key);

-- One row per fired slot of a schedule: the primary key is what makes it fire once over all nodes.
CREATE TABLE schedule_slots (
    name     TEXT   NOT NULL,
    slot     BIGINT NOT NULL,
    fired_by TEXT   NOT NULL,
    PRIMARY KEY (name, slot)
);

-- Answers of keyed requests, so that a repeated request gets the first one's answer.
CREATE TABLE idempotency_records (
    actor        TEXT   NOT NULL,
    key          TEXT   NOT NULL,
    request_hash TEXT   NOT NULL,
    status       BIGINT,
    response     TEXT,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (actor, key)
);
CREATE INDEX idempotency_records_age ON idempotency_records (created_at);

-- Leases by name: who polls a bot now.
CREATE TABLE leases (
    name       TEXT   NOT NULL PRIMARY KEY,
    node       TEXT   NOT NULL,
    -- Counts takeovers, so that a late holder can be told from the new one.
    epoch      BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
