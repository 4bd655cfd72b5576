"""Every page of the product: where it is, who may open it, and where it stands in the menu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from techrequests.domain.catalogue import EVERY_SITE
from techrequests.domain.policy import Permission

if TYPE_CHECKING:
    from techrequests.domain.policy import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class PageInfo:
    """A page as the menu shows it.

    Attributes:
        path: The script, from the top of the project.
        url: The path in the browser; empty for the first page.
        permission: What it takes to open it; None means everybody on the staff.
        listed: Whether the menu shows it; the others are reached by links.
        everywhere: Whether it takes the permission for every site.
    """

    path: str
    title: str
    icon: str
    url: str
    permission: Permission | None = None
    listed: bool = True
    everywhere: bool = False

    @property
    def section(self) -> str:
        """The menu section, named by the folder."""
        return SECTIONS[self.path.split("/")[1]]

    def open_to(self, actor: Actor) -> bool:
        """Whether this person may open the page."""
        site_id = EVERY_SITE if self.everywhere else ""
        return self.permission is None or actor.may(self.permission, site_id)


SECTIONS = {
    "requests": "Requests",
    "purchasing": "Purchasing",
    "devices": "Devices",
    "insight": "Insight",
    "admin": "Administration",
}

PAGES: tuple[PageInfo, ...] = (
    PageInfo(path="pages/requests/today.py", title="Today", icon=":material/today:", url=""),
    PageInfo(
        path="pages/requests/submit.py",
        title="Submit a request",
        icon=":material/add_circle:",
        url="submit",
        permission=Permission.SUBMIT_REQUESTS,
    ),
    PageInfo(
        path="pages/requests/my_requests.py",
        title="My requests",
        icon=":material/inventory:",
        url="my_requests",
    ),
    PageInfo(
        path="pages/requests/one_request.py",
        title="One request",
        icon=":material/description:",
        url="one_request",
        listed=False,
    ),
    PageInfo(
        path="pages/requests/all_requests.py",
        title="All requests",
        icon=":material/list_alt:",
        url="all_requests",
        permission=Permission.SEE_REQUESTS,
    ),
    PageInfo(
        path="pages/requests/review.py",
        title="Review",
        icon=":material/fact_check:",
        url="review",
        permission=Permission.REVIEW_REQUESTS,
    ),
    PageInfo(
        path="pages/requests/approvals.py",
        title="Approvals",
        icon=":material/thumbs_up_down:",
        url="approvals",
        permission=Permission.DECIDE_REQUESTS,
    ),
    PageInfo(
        path="pages/requests/messages.py", title="Messages", icon=":material/mail:", url="messages"
    ),
    PageInfo(
        path="pages/purchasing/quotes.py",
        title="Quotes",
        icon=":material/request_quote:",
        url="quotes",
        permission=Permission.MANAGE_QUOTES,
    ),
    PageInfo(
        path="pages/purchasing/funding.py",
        title="Funding",
        icon=":material/payments:",
        url="funding",
        permission=Permission.ALLOCATE_FUNDS,
    ),
    PageInfo(
        path="pages/purchasing/funds.py",
        title="Funds",
        icon=":material/account_balance:",
        url="funds",
        permission=Permission.SEE_FUNDS,
    ),
    PageInfo(
        path="pages/purchasing/receiving.py",
        title="Receiving",
        icon=":material/local_shipping:",
        url="receiving",
        permission=Permission.RECEIVE_GOODS,
    ),
    PageInfo(
        path="pages/devices/inventory.py",
        title="Inventory",
        icon=":material/devices:",
        url="inventory",
        permission=Permission.SEE_INVENTORY,
    ),
    PageInfo(
        path="pages/devices/deployments.py",
        title="Deployments",
        icon=":material/build:",
        url="deployments",
        permission=Permission.DEPLOY_DEVICES,
    ),
    PageInfo(
        path="pages/insight/overview.py",
        title="Overview",
        icon=":material/bar_chart:",
        url="overview",
        permission=Permission.SEE_DASHBOARDS,
    ),
    PageInfo(
        path="pages/insight/spending.py",
        title="Spending",
        icon=":material/savings:",
        url="spending",
        permission=Permission.SEE_FUNDS,
    ),
    PageInfo(
        path="pages/admin/people.py",
        title="People",
        icon=":material/group:",
        url="people",
        permission=Permission.EDIT_DIRECTORY,
    ),
    PageInfo(
        path="pages/admin/roles.py",
        title="Roles",
        icon=":material/badge:",
        url="roles",
        permission=Permission.EDIT_DIRECTORY,
    ),
    PageInfo(
        path="pages/admin/delegations.py",
        title="Delegations",
        icon=":material/event_busy:",
        url="delegations",
        permission=Permission.EDIT_DIRECTORY,
    ),
    PageInfo(
        path="pages/admin/sites.py",
        title="Sites",
        icon=":material/school:",
        url="sites",
        permission=Permission.EDIT_DIRECTORY,
    ),
    PageInfo(
        path="pages/admin/routing.py",
        title="Routing",
        icon=":material/alt_route:",
        url="routing",
        permission=Permission.EDIT_DIRECTORY,
    ),
    PageInfo(
        path="pages/admin/catalogue.py",
        title="Standards catalogue",
        icon=":material/menu_book:",
        url="catalogue",
        permission=Permission.EDIT_CATALOGUE,
    ),
    PageInfo(
        path="pages/admin/vendors.py",
        title="Vendors",
        icon=":material/storefront:",
        url="vendors",
        permission=Permission.EDIT_CATALOGUE,
    ),
    PageInfo(
        path="pages/admin/google_sheets.py",
        title="Google Sheets",
        icon=":material/table_view:",
        url="google_sheets",
        permission=Permission.LINK_SHEETS,
        everywhere=True,
    ),
    PageInfo(
        path="pages/admin/audit.py",
        title="Audit",
        icon=":material/policy:",
        url="audit",
        permission=Permission.SEE_AUDIT,
    ),
)

PAGE_OF = {page.path: page for page in PAGES}
PAGE_AT = {page.url: page for page in PAGES}
