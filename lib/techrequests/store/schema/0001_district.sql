-- The district's own tables, the requests and everything that belongs to them, and the ledger.
-- DuckDB gets no foreign keys and no secondary indexes: both lose or refuse updates there. checks.sql finds orphans.

CREATE TABLE site (
    site_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    phone TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    version INTEGER NOT NULL
);

CREATE TABLE person (
    person_id TEXT PRIMARY KEY,
    full_name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    job_title TEXT NOT NULL,
    site_id TEXT NOT NULL,
    supervisor_id TEXT,
    active BOOLEAN NOT NULL,
    version INTEGER NOT NULL
);

CREATE TABLE role_grant (
    grant_id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role <> 'schedule'),
    site_id TEXT NOT NULL,
    starts_on DATE,
    ends_on DATE,
    version INTEGER NOT NULL
);

CREATE TABLE routing_rule (
    rule_id TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    site_id TEXT NOT NULL,
    category TEXT NOT NULL,
    reviewer_id TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    version INTEGER NOT NULL
);

CREATE TABLE standard_item (
    item_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    manufacturer TEXT NOT NULL,
    model TEXT NOT NULL,
    unit_price_cents BIGINT NOT NULL CHECK (unit_price_cents >= 0),
    lead_time_days INTEGER NOT NULL CHECK (lead_time_days >= 0),
    replacement_years INTEGER NOT NULL CHECK (replacement_years >= 0),
    tracked BOOLEAN NOT NULL,
    notes TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    version INTEGER NOT NULL
);

CREATE TABLE vendor (
    vendor_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    contact_name TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    contract_number TEXT NOT NULL,
    contract_ends_on DATE,
    active BOOLEAN NOT NULL,
    version INTEGER NOT NULL
);

CREATE TABLE fund (
    fund_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    account_code TEXT NOT NULL,
    fiscal_year INTEGER NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL CHECK (ends_on >= starts_on),
    closed BOOLEAN NOT NULL,
    categories TEXT NOT NULL,
    sites TEXT NOT NULL,
    reserve_control TEXT NOT NULL CHECK (reserve_control IN ('stop', 'warn', 'ignore')),
    encumber_control TEXT NOT NULL CHECK (encumber_control IN ('stop', 'warn', 'ignore')),
    expend_control TEXT NOT NULL CHECK (expend_control IN ('stop', 'warn', 'ignore')),
    award_number TEXT NOT NULL,
    rule TEXT NOT NULL,
    notes TEXT NOT NULL,
    version INTEGER NOT NULL
);

CREATE TABLE tech_request (
    request_id TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    title TEXT NOT NULL,
    category TEXT NOT NULL,
    problem TEXT NOT NULL,
    impact TEXT NOT NULL,
    priority TEXT NOT NULL CHECK (priority IN ('low', 'medium', 'high', 'critical')),
    requirements TEXT NOT NULL,
    needed_by DATE,
    site_id TEXT NOT NULL,
    requester_id TEXT NOT NULL,
    submitted_by_id TEXT NOT NULL,
    reviewer_id TEXT,
    approver_id TEXT,
    technician_id TEXT,
    asked_from TEXT,
    estimate_cents BIGINT NOT NULL CHECK (estimate_cents >= 0),
    content_version INTEGER NOT NULL,
    continues_id TEXT,
    created_at TIMESTAMP NOT NULL,
    stage_since TIMESTAMP NOT NULL,
    submitted_at TIMESTAMP,
    closed_at TIMESTAMP,
    version INTEGER NOT NULL
);

CREATE TABLE request_line (
    line_id TEXT PRIMARY KEY,
    request_id TEXT NOT NULL,
    content_version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    item_id TEXT,
    description TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    unit_estimate_cents BIGINT NOT NULL CHECK (unit_estimate_cents >= 0)
);

CREATE TABLE review (
    review_id TEXT PRIMARY KEY,
    request_id TEXT NOT NULL,
    content_version INTEGER NOT NULL,
    reviewer_id TEXT NOT NULL,
    feasibility TEXT NOT NULL,
    impact TEXT NOT NULL,
    alignment TEXT NOT NULL,
    findings TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reviewed_at TIMESTAMP NOT NULL
);

CREATE TABLE decision (
    decision_id TEXT PRIMARY KEY,
    request_id TEXT NOT NULL,
    content_version INTEGER NOT NULL,
    approver_id TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('approved', 'denied')),
    priority TEXT NOT NULL,
    impact TEXT NOT NULL,
    feedback TEXT NOT NULL,
    alternatives TEXT NOT NULL,
    amount_cents BIGINT NOT NULL CHECK (amount_cents >= 0),
    decided_at TIMESTAMP NOT NULL
);

CREATE TABLE comment (
    comment_id TEXT PRIMARY KEY,
    request_id TEXT NOT NULL,
    author_id TEXT NOT NULL,
    internal BOOLEAN NOT NULL,
    body TEXT NOT NULL,
    written_at TIMESTAMP NOT NULL
);

CREATE TABLE attachment (
    attachment_id TEXT PRIMARY KEY,
    request_id TEXT NOT NULL,
    quote_id TEXT,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes BIGINT NOT NULL CHECK (size_bytes > 0),
    sha256 TEXT NOT NULL,
    uploaded_by_id TEXT NOT NULL,
    uploaded_at TIMESTAMP NOT NULL,
    removed_at TIMESTAMP,
    version INTEGER NOT NULL
);

CREATE SEQUENCE request_event_numbers;

CREATE TABLE request_event (
    event_no BIGINT PRIMARY KEY DEFAULT nextval('request_event_numbers'),
    request_id TEXT NOT NULL,
    action TEXT NOT NULL,
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    happened_at TIMESTAMP NOT NULL,
    note TEXT NOT NULL,
    alternatives TEXT NOT NULL,
    detail TEXT NOT NULL
);

CREATE TABLE quote (
    quote_id TEXT PRIMARY KEY,
    request_id TEXT NOT NULL,
    content_version INTEGER NOT NULL,
    vendor_id TEXT NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    received_at TIMESTAMP,
    reference TEXT NOT NULL,
    expires_on DATE,
    shipping_cents BIGINT NOT NULL CHECK (shipping_cents >= 0),
    delivery_days INTEGER NOT NULL CHECK (delivery_days >= 0),
    notes TEXT NOT NULL,
    chosen_at TIMESTAMP,
    justification TEXT NOT NULL,
    version INTEGER NOT NULL
);

CREATE TABLE quote_line (
    quote_line_id TEXT PRIMARY KEY,
    quote_id TEXT NOT NULL,
    line_id TEXT NOT NULL,
    description TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    unit_price_cents BIGINT NOT NULL CHECK (unit_price_cents >= 0)
);

CREATE SEQUENCE ledger_entry_numbers;

CREATE TABLE ledger_entry (
    entry_no BIGINT PRIMARY KEY DEFAULT nextval('ledger_entry_numbers'),
    fund_id TEXT NOT NULL,
    request_id TEXT,
    line_id TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('budget', 'reserve', 'release reserve', 'encumber', 'release encumbrance', 'expend', 'credit')),
    amount_cents BIGINT NOT NULL CHECK (amount_cents > 0 OR (kind = 'budget' AND amount_cents <> 0)),
    actor_id TEXT NOT NULL,
    posted_at TIMESTAMP NOT NULL,
    why TEXT NOT NULL,
    overridden BOOLEAN NOT NULL
);

CREATE TABLE purchase_order (
    order_id TEXT PRIMARY KEY,
    request_id TEXT NOT NULL,
    quote_id TEXT NOT NULL,
    vendor_id TEXT NOT NULL,
    order_number TEXT NOT NULL UNIQUE,
    ordered_on DATE NOT NULL,
    shipping_cents BIGINT NOT NULL CHECK (shipping_cents >= 0),
    placed_by_id TEXT NOT NULL,
    placed_at TIMESTAMP NOT NULL,
    version INTEGER NOT NULL
);

CREATE TABLE order_line (
    order_line_id TEXT PRIMARY KEY,
    order_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    line_id TEXT NOT NULL,
    item_id TEXT,
    description TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    unit_price_cents BIGINT NOT NULL CHECK (unit_price_cents >= 0),
    cancelled INTEGER NOT NULL CHECK (cancelled BETWEEN 0 AND quantity),
    version INTEGER NOT NULL
);

CREATE TABLE receipt (
    receipt_id TEXT PRIMARY KEY,
    order_line_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    accepted INTEGER NOT NULL CHECK (accepted >= 0),
    rejected INTEGER NOT NULL CHECK (rejected >= 0),
    reason TEXT NOT NULL,
    received_by_id TEXT NOT NULL,
    received_at TIMESTAMP NOT NULL
);

CREATE TABLE invoice (
    invoice_id TEXT PRIMARY KEY,
    order_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    invoice_number TEXT NOT NULL,
    invoiced_on DATE NOT NULL,
    amount_cents BIGINT NOT NULL CHECK (amount_cents > 0),
    final BOOLEAN NOT NULL,
    recorded_by_id TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    UNIQUE (order_id, invoice_number)
);

CREATE TABLE asset (
    asset_tag TEXT PRIMARY KEY,
    description TEXT NOT NULL,
    item_id TEXT,
    category TEXT NOT NULL,
    manufacturer TEXT NOT NULL,
    model TEXT NOT NULL,
    serial TEXT NOT NULL,
    status TEXT NOT NULL,
    condition TEXT NOT NULL,
    site_id TEXT NOT NULL,
    room TEXT NOT NULL,
    custodian_id TEXT,
    cost_cents BIGINT NOT NULL CHECK (cost_cents >= 0),
    fund_id TEXT,
    acquired_on DATE NOT NULL,
    request_id TEXT,
    receipt_id TEXT,
    order_line_id TEXT,
    version INTEGER NOT NULL
);

CREATE SEQUENCE asset_event_numbers;

CREATE TABLE asset_event (
    asset_event_no BIGINT PRIMARY KEY DEFAULT nextval('asset_event_numbers'),
    asset_tag TEXT NOT NULL,
    what TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    happened_at TIMESTAMP NOT NULL
);

CREATE TABLE deployment_task (
    task_id TEXT PRIMARY KEY,
    request_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    label TEXT NOT NULL,
    done_by_id TEXT,
    done_at TIMESTAMP,
    version INTEGER NOT NULL
);

CREATE SEQUENCE message_numbers;

CREATE TABLE message (
    message_no BIGINT PRIMARY KEY DEFAULT nextval('message_numbers'),
    person_id TEXT NOT NULL,
    request_id TEXT,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    written_at TIMESTAMP NOT NULL,
    read_at TIMESTAMP,
    emailed_at TIMESTAMP,
    attempts INTEGER NOT NULL,
    failure TEXT NOT NULL
);

CREATE SEQUENCE table_edit_numbers;

CREATE TABLE table_edit (
    table_edit_no BIGINT PRIMARY KEY DEFAULT nextval('table_edit_numbers'),
    table_name TEXT NOT NULL,
    row_key TEXT NOT NULL,
    field TEXT NOT NULL,
    before TEXT,
    after TEXT,
    actor_id TEXT NOT NULL,
    edited_at TIMESTAMP NOT NULL
);

CREATE TABLE idempotency_key (
    key TEXT PRIMARY KEY,
    made TEXT NOT NULL,
    used_at TIMESTAMP NOT NULL
);

CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    last BIGINT NOT NULL
);
