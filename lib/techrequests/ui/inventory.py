"""The inventory: one unit with its history, its form, scanned moves, and additions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from techrequests.domain.assets import (
    NEEDS_REASON,
    Asset,
    AssetStatus,
    Condition,
    serials_from_text,
)
from techrequests.domain.calendar import short_date
from techrequests.domain.catalogue import Category
from techrequests.domain.errors import NotFoundError
from techrequests.domain.policy import Permission
from techrequests.services.inventory import (
    EditAsked,
    ManyAsked,
    Unit,
    edit_asset,
    edit_many,
    sites_and_people,
    unit_of,
)
from techrequests.services.stock import AddAsked, add_asset
from techrequests.services.tables import active_items
from techrequests.ui.cards import NEW_LINE, amount, capital, list_item, plain
from techrequests.ui.forms import Form
from techrequests.ui.links import page_link
from techrequests.ui.press import button
from techrequests.ui.visit import kept_words, remember, tell

if TYPE_CHECKING:
    from techrequests.ui.visit import Visit

OPEN = "asset"
"""The open unit in the address."""

TOOL = "do"
"""The open tool in the address."""

_EDITED = (
    "status", "condition", "site_id", "room", "custodian_id", "serial", "manufacturer", "model",
)  # fmt: skip
_COLOUR = {
    AssetStatus.IN_STOCK: "green",
    AssetStatus.ASSIGNED: "blue",
    AssetStatus.DEPLOYED: "blue",
    AssetStatus.IN_REPAIR: "orange",
    AssetStatus.LOST: "red",
    AssetStatus.RETIRED: "gray",
}


def open_unit(asset_tag: str) -> None:
    """Show a unit beside the table; for the table's rows."""
    st.query_params[OPEN] = asset_tag


def _open_tool(name: str) -> None:
    st.query_params[TOOL] = name


def _close() -> None:
    """Put the drawer away."""
    for name in (OPEN, TOOL):
        st.query_params.pop(name, None)


def drawer(visit: Visit) -> None:
    """What the address says is open beside the table: a unit, or one of the tools."""
    asset_tag = str(st.query_params.get(OPEN, "")).strip().upper()
    tool = _TOOLS.get(str(st.query_params.get(TOOL, "")))
    if asset_tag:
        _beside(asset_tag, ":material/devices:")(_unit)(visit, asset_tag)
    elif tool and visit.actor.may(Permission.MANAGE_INVENTORY):
        title, icon, draw = tool
        _beside(title, icon)(draw)(visit)


def _beside(title: str, icon: str) -> Any:  # noqa: ANN401  # Streamlit's decorator
    return st.dialog(title, width="medium", position="right", icon=icon, on_dismiss=_close)


def _unit(visit: Visit, asset_tag: str) -> None:
    with st.container():  # keeps its place when it is empty, so that nothing below folds up
        kept_words()
    try:
        unit = remember(unit_of, visit.database, visit.actor, asset_tag)
    except NotFoundError as error:
        st.warning(plain(str(error)), icon=":material/search_off:")
        return
    asset = unit.asset
    st.markdown(
        f":{_COLOUR[asset.status]}-badge[{capital(asset.status)}] "
        f":gray-badge[{capital(asset.condition)}]"
    )
    _facts(unit)
    if unit.may_change:
        with st.expander("Change", icon=":material/edit:"):
            _edit(visit, unit)
    st.markdown("**History**\n\n" + "\n".join(list_item(_event(it)) for it in unit.history))


def _facts(unit: Unit) -> None:
    asset, origin = unit.asset, unit.origin
    fund = origin["fund"] and f"{origin['fund']}" + (
        f", FAIN {origin['award_number']}" if origin["award_number"] else ""
    )
    received = origin["received_at"] and (
        f"{short_date(origin['received_at'])} by {origin['received_by']}"
    )
    facts = {
        "Serial number": asset.serial or "none yet",
        "Model": " ".join(filter(None, (asset.manufacturer, asset.model))),
        "Site": origin["site"],
        "Room": asset.room,
        "Custodian": origin["custodian"],
        "Fund": fund,
        "Paid by": asset.fund_shares if "," in (asset.fund_shares or "") else "",
        "Order": origin["order_number"] and f"{origin['order_number']}, {origin['vendor']}",
        "Received": received,
        "Acquired": short_date(asset.acquired_on),
        "Replace": _replace(unit),
    }
    rows = [f"| {label} | {plain(value)} |" for label, value in facts.items() if value]
    rows.append(f"| Cost | {amount(asset.cost_cents)} |")
    head = f"| Item | {plain(asset.description)} |\n|:--|:--|\n"
    st.markdown(head + "\n".join(rows))
    if asset.request_id:
        page_link(
            "pages/requests/one_request.py",
            label=f"{asset.request_id}: {plain(origin['request_title'] or '')}",
            request=asset.request_id,
        )


def _replace(unit: Unit) -> str:
    years = unit.origin["replacement_years"]
    return f"in {unit.asset.acquired_on.year + years}" if years else ""


def _event(event: Any) -> str:  # noqa: ANN401  # a row of the store
    when = event["happened_at"]
    told = f":small[:gray[{short_date(when)}, {plain(event['who'])}]]"
    return f"{plain(event['what'])}{NEW_LINE}{told}"


def _edit(visit: Visit, unit: Unit) -> None:
    asset = unit.asset
    form = Form(prefix=f"asset:{asset.asset_tag}")
    form.follow({name: getattr(asset, name) for name in _EDITED})
    form.draw(Asset, *_EDITED, choices=_choices(visit, asset))
    _why(form)
    button(
        "Save",
        key=form.key("go"),
        type="primary",
        args=(edit_asset, lambda: _edit_asked(asset, form), "Saved.", lambda _: form.clear()),
    )


def _edit_asked(asset: Asset, form: Form) -> EditAsked:
    values = form.values(Asset, *_EDITED)
    return EditAsked(
        asset_tag=asset.asset_tag,
        seen_version=asset.version,
        # Only what this person changed: somebody else may have changed the rest meanwhile.
        values={name: value for name, value in values.items() if value != form.start(name)},
        note=form.value("note") or "",
    )


def _why(form: Form) -> None:
    status = form.value("status")
    needed = NEEDS_REASON.get(AssetStatus(status), "") if status else ""
    form.note("Why", required=False, help=needed or "Stands in the history of the unit.")


def _choices(visit: Visit, asset: Asset | None = None) -> dict[str, dict[str, str]]:
    """Sites and people to pick from; what a unit has now stays on the list."""
    sites, people = remember(sites_and_people, visit.database)
    if asset:
        sites = {asset.site_id: asset.site_id, **sites}
        people = ({asset.custodian_id: asset.custodian_id} if asset.custodian_id else {}) | people
    return {"site_id": sites, "custodian_id": people}


def tools(visit: Visit) -> None:
    """Change several units at once, or add one from before."""
    if not visit.actor.may(Permission.MANAGE_INVENTORY):
        return
    with st.container(horizontal=True):
        for name, (title, icon, _) in _TOOLS.items():
            st.button(title, key=f"tool:{name}", icon=icon, on_click=_open_tool, args=(name,))


def _many(visit: Visit) -> None:
    kept_words()
    form = Form(prefix="assets")
    st.text_area(
        "Asset tags",
        key=form.key("tags"),
        placeholder="Scan, type or paste: one a line, or with commas",
        height=120,
    )
    tags = dict.fromkeys(serials_from_text((form.value("tags") or "").upper()))
    st.caption(f"{len(tags):,} unit{'' if len(tags) == 1 else 's'}. Empty fields stay as they are.")
    st.selectbox(
        "Status", list(AssetStatus), format_func=capital, index=None, key=form.key("status")
    )
    st.selectbox(
        "Condition", list(Condition), format_func=capital, index=None, key=form.key("condition")
    )
    form.draw(Asset, "site_id", "room", "custodian_id", choices=_choices(visit))
    _why(form)
    button(
        "Change them",
        key=form.key("go"),
        type="primary",
        args=(edit_many, lambda: _many_asked(form), "", lambda units: _changed(form, units)),
    )


def _changed(form: Form, units: tuple[Asset, ...]) -> None:
    form.clear()
    tell(f"Changed {len(units):,} unit{'' if len(units) == 1 else 's'}.")


def _many_asked(form: Form) -> ManyAsked:
    names = ("status", "condition", "site_id", "room", "custodian_id")
    values = {name: form.value(name) for name in names}
    return ManyAsked(
        asset_tags=serials_from_text(form.value("tags") or ""),
        values={name: value for name, value in values.items() if value},
        note=form.value("note") or "",
    )


def _add(visit: Visit) -> None:
    kept_words()
    form = Form(prefix="add-asset")
    form.fill({"status": AssetStatus.IN_STOCK, "condition": Condition.GOOD})
    st.markdown("For what the district already had; what is ordered here comes in by itself.")
    form.draw(Asset, "asset_tag")
    st.caption("Leave the tag empty to take the next free number.")
    items = {item.item_id: item.name for item in remember(active_items, visit.database)}
    form.draw(Asset, "item_id", choices={"item_id": items})
    if not form.value("item_id"):
        form.draw(Asset, "description")
        st.selectbox(
            "Category", list(Category), format_func=capital, index=None, key=form.key("category")
        )
        form.draw(Asset, "manufacturer", "model")
    form.draw(
        Asset, "serial", "cost_cents", "acquired_on", "status", "condition",
        "site_id", "room", "custodian_id", choices=_choices(visit),
    )  # fmt: skip
    button(
        "Add to the inventory",
        key=form.key("go"),
        type="primary",
        args=(add_asset, lambda: _add_asked(form), "", lambda made: _added(form, made)),
    )


def _add_asked(form: Form) -> AddAsked:
    names = (
        "item_id", "description", "manufacturer", "model", "serial", "cost_cents", "acquired_on",
        "status", "condition", "site_id", "room", "custodian_id",
    )  # fmt: skip
    values = {**form.values(Asset, *names), "category": form.value("category")}
    return AddAsked(key=form.save_id, asset_tag=form.value("asset_tag") or "", values=values)


def _added(form: Form, made: Asset) -> None:
    form.clear()
    tell(f"Added as {plain(made.asset_tag)}.")


_TOOLS = {
    "several": ("Change several", ":material/barcode_scanner:", _many),
    "add": ("Add a unit", ":material/add:", _add),
}
