-- Who may do what in the panel and over the API. Accounts get passwords and second factors later (expand only).
CREATE TABLE access_accounts (
    id         TEXT   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    state      TEXT   NOT NULL CHECK (state IN ('active', 'blocked')),
    created_at BIGINT NOT NULL
);

CREATE TABLE access_roles (
    name    TEXT    NOT NULL PRIMARY KEY,
    -- Built-in roles cannot be edited or removed.
    builtin BOOLEAN NOT NULL
);

CREATE TABLE access_role_permissions (
    role       TEXT NOT NULL REFERENCES access_roles (name),
    -- A permission's stored name, or '*' for all of them, also those of later releases.
    permission TEXT NOT NULL,
    PRIMARY KEY (role, permission)
);

CREATE TABLE access_account_roles (
    account_id TEXT NOT NULL REFERENCES access_accounts (id),
    role       TEXT NOT NULL REFERENCES access_roles (name),
    PRIMARY KEY (account_id, role)
);
CREATE INDEX access_account_roles_role ON access_account_roles (role);

-- Links that let one person in once. Only the hash of the token is kept.
CREATE TABLE access_links (
    token_hash TEXT   NOT NULL PRIMARY KEY,
    -- Who comes in; NULL creates an account with the role.
    account_id TEXT   REFERENCES access_accounts (id),
    role       TEXT   NOT NULL REFERENCES access_roles (name),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);
CREATE INDEX access_links_account ON access_links (account_id);
CREATE INDEX access_links_role ON access_links (role);

-- Tokens of machines. Only the hash is kept: 256 random bits need no salt.
CREATE TABLE access_tokens (
    id         TEXT   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL UNIQUE,
    token_hash TEXT   NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);

CREATE TABLE access_token_permissions (
    token_id   TEXT NOT NULL REFERENCES access_tokens (id),
    permission TEXT NOT NULL,
    PRIMARY KEY (token_id, permission)
);

INSERT INTO access_roles (name, builtin) VALUES ('owner', TRUE);
INSERT INTO access_role_permissions (role, permission) VALUES ('owner', '*');
