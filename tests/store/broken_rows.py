"""What breaks each check: statements that make rows which break exactly its rule."""

from __future__ import annotations


def entry(
    kind: str, status: str = "", cents: int = 1, fund: str = "GEN-27", *, overridden: bool = False
) -> str:
    """SQL that adds a ledger entry for the request in a status, or for none."""
    request = f"'{{{status}}}'" if status else "NULL"
    return (
        "INSERT INTO ledger_entry (fund_id, request_id, kind, amount_cents, actor_id, posted_at, "  # noqa: S608
        f"why, overridden) VALUES ('{fund}', {request}, '{kind}', {cents}, 'ben', "
        f"TIMESTAMP '2026-10-05 12:00:00', 'Because.', {overridden})"
    )


def update(table: str, change: str, status: str = "", where: str = "TRUE") -> str:
    """SQL that changes the rows of the request in a status, or all that `where` names."""
    whose = f"request_id = '{{{status}}}' AND " if status else ""
    return f"UPDATE {table} SET {change} WHERE {whose}{where}"  # noqa: S608


def the(column: str, table: str, status: str) -> str:
    """SQL for a value of the request in a status."""
    return f"(SELECT min({column}) FROM {table} WHERE request_id = '{{{status}}}')"  # noqa: S608


def a_copy(table: str, where: str, **changed: str) -> str:
    """SQL that adds a row once more, but for some columns."""
    replaced = ", ".join(f"{value} AS {name}" for name, value in changed.items())
    return f"INSERT INTO {table} SELECT * REPLACE ({replaced}) FROM {table} WHERE {where} LIMIT 1"  # noqa: S608


STOP_ALL = "UPDATE fund SET expend_control = 'stop'"
OVER_THE_LEVY = entry("reserve", "quoting", cents=2_000_00, fund="LEVY-27")
HOUR_EARLIER = "stage_since = stage_since - INTERVAL '1 hour'"
LIVE = "(SELECT min(invoice_id) FROM invoice WHERE invoice_number = 'INV-LIVE')"
OF_THE_CHOICE = f"quote_id = {the('quote_id', 'quote', 'ordered')}"

# Names of checks, then what breaks exactly these.
BREAKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("reference", ("UPDATE comment SET author_id = 'nobody'",)),
    ("value", (update("site", "kind = 'castle'", where="site_id = 'DO'"),)),
    ("supervisor", (update("person", "supervisor_id = 'tina'", where="person_id = 'sue'"),)),
    ("supervisor", (update("person", "supervisor_id = 'sue'", where="person_id = 'sue'"),)),
    ("estimate", (update("tech_request", "estimate_cents = 1", "draft"),)),
    ("estimate", (update("request_line", "quantity = quantity + 1", "in_review"),)),
    (
        "lines",
        (
            "DELETE FROM request_line WHERE request_id = '{in_review}'",
            update("tech_request", "estimate_cents = 0", "in_review"),
        ),
    ),
    ("category", (update("tech_request", "category = NULL", "in_review"),)),
    ("category", (update("request_line", "category = NULL", "in_review"),)),
    ("override", (update("review", "override_reason = 'Because.'", "declined"),)),
    ("content_version", (update("review", "content_version = 2", "declined"),)),
    (
        "last_event",
        (
            a_copy(
                "request_event",
                "request_id = '{closed}' AND target = 'closed'",
                event_no="nextval('request_event_numbers')",
                source="'closed'",
                target="'delivered'",
            ),
        ),
    ),
    (
        "event_chain",
        (update("request_event", "source = 'draft'", "awaiting_approval", "action = 'forward'"),),
    ),
    ("stage_since", (update("tech_request", HOUR_EARLIER, "in_review"),)),
    ("stage_since", (update("tech_request", HOUR_EARLIER, "draft"),)),
    ("submitted_at", (update("tech_request", "submitted_at = NULL", "quoting"),)),
    ("submitted_at", (update("tech_request", "submitted_at = created_at", "draft"),)),
    ("closed_at", (update("tech_request", "closed_at = NULL", "denied"),)),
    ("closed_at", (update("tech_request", "closed_at = created_at", "in_review"),)),
    ("asked_from", (update("tech_request", "asked_from = NULL", "needs_information"),)),
    ("asked_from", (update("tech_request", "asked_from = 'in review'", "quoting"),)),
    ("future", (update("ledger_entry", "posted_at = posted_at + INTERVAL '1 day'", "ordered"),)),
    (
        "future",
        (
            update(
                "request_event",
                "happened_at = happened_at + INTERVAL '1 day'",
                where="action = 'tick'",
            ),
        ),
    ),
    (
        "own_request both_names",
        (update("request_event", "actor_id = 'tina'", "quoting", "action = 'approve'"),),
    ),
    ("own_request both_names", (update("decision", "approver_id = 'tina'", "denied"),)),
    ("own_request", (update("tech_request", "approver_id = 'tina'", "awaiting_approval"),)),
    ("own_request", (update("tech_request", "on_behalf_of_id = 'tina'", "awaiting_approval"),)),
    ("delegate", (a_copy("delegation", "TRUE", delegation_id="'second'", delegate_id="'tom'"),)),
    ("delegate on_behalf", (update("delegation", "delegate_id = 'pia'"),)),
    (
        "delegate_circle",
        (
            a_copy(
                "delegation", "TRUE", delegation_id="'2'", person_id="'lea'", delegate_id="'sue'"
            ),
            a_copy(
                "delegation", "TRUE", delegation_id="'3'", person_id="'sue'", delegate_id="'pia'"
            ),
        ),
    ),
    ("on_behalf", (update("tech_request", "on_behalf_of_id = approver_id", "quoting"),)),
    ("on_behalf both_names", (update("decision", "on_behalf_of_id = 'sue'", "quoting"),)),
    ("on_behalf", (update("delegation", "ends_on = starts_on"),)),
    ("on_behalf", (update("delegation", "withdrawn_at = set_at"),)),
    ("both_names", (update("decision", "decided_at = decided_at - INTERVAL '1 hour'", "denied"),)),
    ("overdue", (update("tech_request", "overdue_since = stage_since", "quoting"),)),
    ("approval", (update("decision", "verdict = 'denied'", "funding"),)),
    (
        "approval",
        (
            update("tech_request", "content_version = 2", "quoting"),
            update("request_line", "content_version = 2", "quoting"),
        ),
    ),
    ("refusal", (update("decision", "verdict = 'approved'", "denied"),)),
    ("refusal", (update("review", "outcome = 'forward'", "declined"),)),
    ("one_choice", (a_copy("quote", "request_id = '{funding}'", quote_id="'second'"),)),
    ("choice", (update("quote", "chosen_at = NULL", "funding"),)),
    ("choice_stands", (update("quote", "received_at = NULL", "funding"),)),
    ("same_item", (update("quote_line", "description = 'Console'", where=OF_THE_CHOICE),)),
    (
        "above_order",
        (update("invoice", "above_cents = amount_cents + 1", where="amount_cents > 0"),),
    ),
    ("within_approval", (update("decision", "amount_cents = 1", "ordered"),)),
    ("money_held", (entry("reserve", "denied"),)),
    ("money_held", (entry("reserve", "ordered"),)),
    ("money_held", (entry("encumber", "quoting"),)),
    ("negative_money", (entry("release reserve", "quoting"),)),
    ("negative_money still_to_bill", (entry("release encumbrance", "ordered"),)),
    ("negative_money invoiced", (entry("credit", "ordered"),)),
    ("entry", (entry("budget", "quoting"),)),
    ("entry", (entry("reserve"),)),
    (
        "overspent",
        (STOP_ALL, update("ledger_entry", "amount_cents = 1", where="kind = 'budget'")),
    ),
    ("fund_limit", (STOP_ALL, OVER_THE_LEVY)),
    (
        "order",
        (
            a_copy(
                "purchase_order",
                "request_id = '{ordered}'",
                order_id="'second'",
                order_number="'PO-2'",
            ),
        ),
    ),
    (
        "same_request",
        (
            update(
                "quote_line",
                f"line_id = {the('line_id', 'request_line', 'ordered')}",
                where=f"quote_id = {the('quote_id', 'quote', 'funding')}",
            ),
        ),
    ),
    (
        "same_request",
        (
            update(
                "ledger_entry",
                f"line_id = {the('line_id', 'request_line', 'funding')}",
                "ordered",
                "kind = 'encumber'",
            ),
        ),
    ),
    ("same_request", (update("receipt", "request_id = '{ordered}'", "deploying"),)),
    ("same_request", (update("order_line", "request_id = '{funding}'", "ordered"),)),
    ("same_request", (update("attachment", "request_id = '{draft}'"),)),
    (
        "same_request",
        (update("asset", f"order_line_id = {the('order_line_id', 'order_line', 'ordered')}"),),
    ),
    (
        "same_request order_terms",
        (update("purchase_order", f"quote_id = {the('quote_id', 'quote', 'funding')}", "ordered"),),
    ),
    ("same_request invoiced", (update("invoice", "request_id = '{ordered}'"),)),
    ("order_terms", (update("purchase_order", "vendor_id = 'BLUERIDGE'", "ordered"),)),
    ("order_terms", (update("quote_line", "unit_price_cents = 1", where=OF_THE_CHOICE),)),
    (
        "obligation still_to_bill",
        (update("ledger_entry", "amount_cents = 1", "ordered", "kind = 'encumber'"),),
    ),
    ("obligation", (update("ledger_entry", "order_id = NULL", "ordered"),)),
    ("still_to_bill", (entry("encumber", "closed", cents=66_67),)),
    (
        "invoiced posted",
        (
            update(
                "invoice", "amount_cents = amount_cents + 1", where="invoice_number = 'INV-LIVE'"
            ),
        ),
    ),
    (
        "posted",
        (
            update(
                "ledger_entry",
                "invoice_id = NULL",
                where=f"kind = 'expend' AND invoice_id = {LIVE}",
            ),
        ),
    ),
    (
        "reversal still_to_bill",
        (update("invoice", f"reverses_id = {LIVE}", where="reverses_id IS NOT NULL"),),
    ),
    ("given_back", (update("invoice", "reason = ''", where="amount_cents < 0"),)),
    (
        "billed_once",
        (update("invoice", "number_key = 'inv-live'", where="invoice_number = 'CM-1'"),),
    ),
    ("invoiced", (entry("expend", "ordered"),)),
    ("accepted", (update("receipt", "accepted = 100", "deploying"),)),
    ("arrival order still_to_bill", (update("order_line", "cancelled = quantity", "ordered"),)),
    ("spare", ("UPDATE spare_use SET freed_at = NULL",)),
    ("arrival inventoried", (update("receipt", "accepted = accepted - 1", "deploying"),)),
    ("inventoried", (a_copy("asset", "request_id = '{deploying}'", asset_tag="'A-1'"),)),
    ("serial", (update("asset", "serial = 'A1'", "deploying"),)),
    ("checklist", (update("deployment_task", "done_at = NULL", "delivered"),)),
    ("counter", (update("counter", "last = 1", where="name LIKE 'TR-%'"),)),
    ("counter", ("DELETE FROM counter",)),
    ("last_seen", (update("sign_in", "last_seen_at = signed_in_at - INTERVAL '1 hour'"),)),
    (
        "sheet_key",
        ("INSERT INTO sheet_key VALUES ('book', 7, 'r-1', 'GIFT'), ('book', 7, 'r-2', 'GIFT')",),
    ),
)
