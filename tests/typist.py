"""Somebody at work in a tab without a browser: finds controls by their labels, types and presses.

Quicker than a browser by so much that dozens can work at once, and still over the real websocket
with every control's state in each message, as a browser sends it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from streamlit.proto.WidgetStates_pb2 import WidgetState

if TYPE_CHECKING:
    import httpx

    from tab import Tab

_TEXT = ("TextInput", "TextArea", "Selectbox")
_OPEN_BOX = ":material/check_box_outline_blank:"
_MANY = ("MultiSelect", "ButtonGroup")


@dataclass(slots=True)
class Typist:
    """One person before one tab.

    Attributes:
        tab: Open; whoever opened it closes it.
        client: The browser it is a tab of, for what is fetched and sent beside the page.
        states: What a browser would send of each control that the person has touched, by its id.
    """

    tab: Tab
    client: httpx.Client
    states: dict[str, WidgetState] = field(default_factory=dict)

    def go(self, page: str, **query: str) -> Self:
        """Open a page by its name in the address."""
        self.states.clear()
        self.tab.open(page, **query)
        return self._looked()

    def type(self, label: str, value: str | float, *, nth: int = -1) -> Self:
        """Fill in the field with this label, by default the last one, and leave it."""
        control = self.control(label, nth=nth)
        kind = type(control).__name__
        state = WidgetState(id=control.id)
        if kind in _TEXT:
            state.string_value = str(value)
        elif kind in _MANY:
            state.string_array_value.data.append(str(value))
        elif kind == "NumberInput":
            state.double_value = float(value)
        else:
            raise AssertionError(f"nobody types into “{label}”: it is a {kind}")
        self.states[control.id] = state
        return self._sent()

    def pick(self, label: str, starts: str) -> Self:
        """Choose the option that starts with these words from a drop-down."""
        options = self.control(label).options
        return self.type(label, next(one for one in options if one.startswith(starts)))

    def attach(self, label: str, name: str, content: bytes) -> Self:
        """Drop a file into the uploader with this label."""
        control, place = self.control(label, "FileUploader"), self.tab.place_for(name)
        self.client.put(
            place.upload_url,
            files={"file": (name, content)},
            headers={"X-Xsrftoken": self.tab.xsrf},
        ).raise_for_status()
        state = WidgetState(id=control.id)
        state.file_uploader_state_value.uploaded_file_info.add(
            file_id=place.file_id, file_urls=place, name=name, size=len(content)
        )
        self.states[control.id] = state
        return self._sent()

    def tick(self, label: str, *, on: bool = True) -> Self:
        """Tick the box with this label, or take the tick away."""
        box = self.control(label, "Checkbox")
        self.states[box.id] = WidgetState(id=box.id, bool_value=on)
        return self._sent()

    def press(self, label: str) -> Self:
        """Press the last button whose label looks like this."""
        return self._press(self.control(label, "Button"))

    def tick_everything(self) -> Self:
        """Press every box of a checklist that is still open."""
        while boxes := [one for one in self._controls() if getattr(one, "icon", "") == _OPEN_BOX]:
            self._press(boxes[0])
        return self

    def control(self, label: str, kind: str = "", *, nth: int = -1) -> Any:  # noqa: ANN401  # any message
        """The nth of the controls whose label starts like this, or matches this pattern."""
        known = [one for one in self._controls() if kind in ("", type(one).__name__)]
        found = [one for one in known if one.label.startswith(label) or re.search(label, one.label)]
        labels = [one.label for one in known]
        assert found, f"there is no “{label}” among {labels}: {self.reading[:2_000]}"
        return found[nth]

    @property
    def reading(self) -> str:
        """The text on the page, Markdown with nothing escaped."""
        return "\n".join(
            one.markdown.body.replace("\\", "")
            for one in self.tab.drawn
            if one.WhichOneof("type") == "markdown"
        )

    def sees(self, *words: str) -> Self:
        """Each of these stands somewhere on the page."""
        missing = [one for one in words if one not in self.reading]
        assert not missing, f"{missing} not in: {self.reading[:2_000]}"
        return self

    def address_of(self, words: str) -> str:
        """Where the link with exactly these words leads."""
        links = [one.link_button for one in self.tab.drawn if one.HasField("link_button")]
        found = [one.url for one in links if one.label.replace("\\", "") == words]
        assert found, f"there is no link “{words}” among {[one.label for one in links]}"
        return str(found[0])

    @property
    def request_id(self) -> str:
        """The number of the request in the address."""
        found = re.search(r"request=(TR-\d+-\d+)", self.tab.query)
        assert found, f"{self.tab.query}: {self.reading[:2_000]}"
        return found[1]

    def _press(self, button: Any) -> Self:  # noqa: ANN401  # a message of Streamlit's
        assert not button.disabled, f"“{button.label}” is grey: {self.reading[:2_000]}"
        return self._sent(WidgetState(id=button.id, trigger_value=True))

    def _controls(self) -> list[Any]:
        drawn = (getattr(one, one.WhichOneof("type") or "", None) for one in self.tab.drawn)
        return [one for one in drawn if getattr(one, "id", "") and hasattr(one, "label")]

    def _sent(self, *pressed: WidgetState) -> Self:
        self.tab.rerun([*self.states.values(), *pressed])
        return self._looked()

    def _looked(self) -> Self:
        broken = [one.exception for one in self.tab.drawn if one.WhichOneof("type") == "exception"]
        assert not broken, broken[0].message
        there = {one.id for one in self._controls()}
        self.states = {key: state for key, state in self.states.items() if key in there}
        return self
