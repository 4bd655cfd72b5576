"""Write the README's process diagram and role matrix from the tables that the product runs on."""

from __future__ import annotations

from pathlib import Path

from techrequests.domain.policy import GRANTABLE, GRANTS, Permission
from techrequests.domain.stages import STAGES
from techrequests.domain.workflow import WORKFLOW

README = Path(__file__).parents[1] / "README.md"


def process_diagram() -> str:
    """The life of a request as a Mermaid state diagram: an arrow per change of status."""
    lines = ["```mermaid", "stateDiagram-v2", "    direction TB", "    [*] --> draft"]
    lines += [f'    state "{status}" as {_name(status)}' for status in STAGES]
    arrows: dict[tuple[str, str], list[str]] = {}
    for step in WORKFLOW:
        for source in sorted(step.sources, key=list(STAGES).index):
            for target in step.targets:
                if source != target:
                    arrows.setdefault((_name(source), _name(target)), []).append(step.label.lower())
    lines += [
        f"    {source} --> {target}: {', '.join(words)}"
        for (source, target), words in arrows.items()
    ]
    lines += [f"    {_name(status)} --> [*]" for status, info in STAGES.items() if info.terminal]
    return "\n".join([*lines, "```"])


def role_matrix() -> str:
    """Which role may do what, as a Markdown table."""
    roles = [role for role in GRANTABLE if role in GRANTS]
    head = "| may … | " + " | ".join(roles) + " |"
    rule = "|:--|" + ":-:|" * len(roles)
    rows = [
        f"| {permission} | "
        + " | ".join("●" if permission in GRANTS[role] else "" for role in roles)
        + " |"
        for permission in Permission
        if any(permission in GRANTS[role] for role in roles)
    ]
    return "\n".join([head, rule, *rows])


def written(text: str) -> str:
    """The README with both parts as the product has them now."""
    for name, part in (("process", process_diagram()), ("roles", role_matrix())):
        start = f"<!-- {name}: written by docs/write_tables.py -->\n"
        before, _, rest = text.partition(start)
        _, end, after = rest.partition("<!-- end -->")
        if not end:
            raise ValueError(f"README.md has no place for {name}")
        text = f"{before}{start}{part}\n{end}{after}"
    return text


def _name(status: str) -> str:
    return status.replace(" ", "_")


if __name__ == "__main__":
    README.write_text(written(README.read_text()))
