-- Tables of the Configuration Service. Applied by each replica when it (re)connects, under an advisory lock;
-- every statement may run any number of times.
-- Names sort by code point, so that a page's order is the same on every machine.

CREATE TABLE IF NOT EXISTS applications (
    id          uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    name        text        COLLATE "C" NOT NULL UNIQUE,
    description text        NOT NULL,
    version     bigint      NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS configurations (
    id             uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    application_id uuid        NOT NULL REFERENCES applications ON DELETE CASCADE,
    name           text        COLLATE "C" NOT NULL,
    document       jsonb       NOT NULL,
    version        bigint      NOT NULL DEFAULT 1,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    UNIQUE (application_id, name)
);
