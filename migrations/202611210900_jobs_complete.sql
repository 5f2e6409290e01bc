-- Expand: tiers, tenants, cancelling, progress, pauses and counts of the job queue. A process of the release before reads
-- and writes these tables as it did: new columns have defaults or may be NULL, and no index that it names is gone.

-- Twice the tier (0 urgent, 1 normal, 2 background), plus one for a job of a tenant who floods.
ALTER TABLE jobs ADD COLUMN class BIGINT NOT NULL DEFAULT 2;
-- Whose work it is, where one tenant must not hold up the others.
ALTER TABLE jobs ADD COLUMN tenant TEXT;
-- As many attempts as a replayed job gets anew; NULL for rows of the release before.
ALTER TABLE jobs ADD COLUMN attempts_allowed BIGINT;
-- How often a worker died with it. These attempts do not count, but a job that kills its workers must end.
ALTER TABLE jobs ADD COLUMN losses BIGINT NOT NULL DEFAULT 0;
-- Set while a cancelled job's body is being stopped; its completion is refused by then.
ALTER TABLE jobs ADD COLUMN cancel_asked_at BIGINT;
ALTER TABLE jobs ADD COLUMN progress_done BIGINT;
ALTER TABLE jobs ADD COLUMN progress_total BIGINT;
ALTER TABLE jobs ADD COLUMN progress_note TEXT;

-- Each index holds only the rows that somebody looks for by it: a job that succeeds writes six entries, not twelve.
DROP INDEX jobs_due;
DROP INDEX jobs_serial;
DROP INDEX jobs_leases;
DROP INDEX jobs_node;
CREATE INDEX jobs_ready ON jobs (lane, class, run_at, id) WHERE state = 'queued';
CREATE INDEX jobs_held ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_dead ON jobs (name, id) WHERE state = 'dead';
CREATE INDEX jobs_line ON jobs (serial_key, serial_no) WHERE serial_key IS NOT NULL;
CREATE INDEX jobs_tenant ON jobs (tenant, id) WHERE state = 'queued' AND tenant IS NOT NULL;
CREATE INDEX jobs_cancelled ON jobs (id) WHERE cancel_asked_at IS NOT NULL;

-- What no worker may claim for now: all jobs of a name, or all of a lane.
CREATE TABLE job_pauses (
    kind      TEXT   NOT NULL CHECK (kind IN ('name', 'lane')),
    target    TEXT   NOT NULL,
    paused_by TEXT   NOT NULL,
    paused_at BIGINT NOT NULL,
    PRIMARY KEY (kind, target)
);

-- Ended attempts by minute. Every node adds to rows of its own, so nobody waits for another; the sum is the throughput.
CREATE TABLE job_counts (
    name   TEXT   NOT NULL,
    -- Minutes since 1970.
    minute BIGINT NOT NULL,
    node   TEXT   NOT NULL,
    done   BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    PRIMARY KEY (name, minute, node)
);
CREATE INDEX job_counts_age ON job_counts (minute);
