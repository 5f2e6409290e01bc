-- Guests of the coffee shops, known by their Telegram account and a verified phone number.
CREATE TABLE coffee_guests (
    id               TEXT   NOT NULL PRIMARY KEY,
    telegram_id      BIGINT NOT NULL UNIQUE,
    phone            TEXT   NOT NULL UNIQUE,
    first_name       TEXT   NOT NULL,
    last_name        TEXT,
    -- Name and phone folded for search: the databases do not agree on the case of Cyrillic letters.
    search_key       TEXT   NOT NULL,
    birth_date       TEXT   NOT NULL,
    -- What was bought in all; levels follow from it.
    drinks_count     BIGINT NOT NULL CHECK (drinks_count >= 0),
    sandwiches_count BIGINT NOT NULL CHECK (sandwiches_count >= 0),
    created_at       BIGINT NOT NULL
);

-- People who may sell, known by their Telegram account.
CREATE TABLE coffee_baristas (
    id          TEXT    NOT NULL PRIMARY KEY,
    telegram_id BIGINT  NOT NULL UNIQUE,
    name        TEXT    NOT NULL,
    is_active   BOOLEAN NOT NULL,
    created_at  BIGINT  NOT NULL
);

-- Short codes by which a guest is recognised at the till. Only a keyed fingerprint is kept.
CREATE TABLE coffee_codes (
    id          TEXT   NOT NULL PRIMARY KEY,
    guest_id    TEXT   NOT NULL REFERENCES coffee_guests (id),
    fingerprint TEXT   NOT NULL,
    state       TEXT   NOT NULL CHECK (state IN ('active', 'used', 'expired', 'revoked')),
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    -- A barista who read the code in time may finish the sale a little later.
    held_by     TEXT   REFERENCES coffee_baristas (id),
    held_until  BIGINT,
    used_at     BIGINT
);
CREATE UNIQUE INDEX coffee_codes_one_per_guest ON coffee_codes (guest_id) WHERE state = 'active';
CREATE UNIQUE INDEX coffee_codes_one_per_code ON coffee_codes (fingerprint) WHERE state = 'active';
CREATE INDEX coffee_codes_guest ON coffee_codes (guest_id, created_at);
CREATE INDEX coffee_codes_holder ON coffee_codes (held_by);
CREATE INDEX coffee_codes_ends ON coffee_codes (state, expires_at);

-- Sales. Never changed once made: a refund is a row of its own.
CREATE TABLE coffee_orders (
    id               TEXT   NOT NULL PRIMARY KEY,
    guest_id         TEXT   NOT NULL REFERENCES coffee_guests (id),
    barista_id       TEXT   NOT NULL REFERENCES coffee_baristas (id),
    code_id          TEXT   NOT NULL UNIQUE REFERENCES coffee_codes (id),
    receipt_number   TEXT   NOT NULL,
    -- Kopecks before points.
    total_minor      BIGINT NOT NULL CHECK (total_minor > 0),
    drinks_count     BIGINT NOT NULL CHECK (drinks_count >= 0),
    sandwiches_count BIGINT NOT NULL CHECK (sandwiches_count >= 0),
    points_spent     BIGINT NOT NULL CHECK (points_spent >= 0),
    points_earned    BIGINT NOT NULL CHECK (points_earned >= 0),
    created_at       BIGINT NOT NULL
);
CREATE INDEX coffee_orders_guest ON coffee_orders (guest_id, created_at);
CREATE INDEX coffee_orders_barista ON coffee_orders (barista_id, created_at);
CREATE INDEX coffee_orders_created ON coffee_orders (created_at);
