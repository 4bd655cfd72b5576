"""What tests of the purchasing pages do on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from techrequests.store.funds import fund_with_balance

if TYPE_CHECKING:
    from pages.conftest import Opened
    from techrequests.domain.ledger import Balance
    from techrequests.store.database import Database


COST = 1_798_00


def number(tab: Opened, label: str, value: float, *, nth: int = -1) -> None:
    """Type a number into the field with this label."""
    found = [field for field in tab.app.text_input if field.label == label]
    found[nth].set_value(f"{value:.10g}").run()
    tab.fine()


def shown(tab: Opened, label: str) -> Any:  # noqa: ANN401  # any widget
    """The button with these words."""
    return next(found for found in tab.app.button if found.label == label)


def standing(district: Database, fund_id: str) -> Balance:
    with district.read() as reader:
        return fund_with_balance(reader, fund_id)[1]
