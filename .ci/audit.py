"""Ask for known holes in the pinned versions, and say so when nobody could be asked.

pip-audit calls it a success when none of the packages is known to the service it asks, as behind an
index of one's own.
"""

import json
import subprocess
import sys
from pathlib import Path

CONSTRAINTS = Path(__file__).resolve().parent.parent / "constraints.txt"


def main() -> int:
    """Print what was found; 1 for a hole, or for a single package that nobody knows."""
    asked = ["--requirement", str(CONSTRAINTS), "--no-deps", "--disable-pip", "--format", "json"]
    command = [sys.executable, "-m", "pip_audit", "--progress-spinner", "off", *asked]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if not answer.stdout.startswith("{"):
        print(answer.stderr, file=sys.stderr)
        return 1
    packages = json.loads(answer.stdout)["dependencies"]
    unknown = [one["name"] for one in packages if "skip_reason" in one]
    holes = [one for one in packages if one.get("vulns")]
    if len(unknown) == len(packages):
        print(f"NOT AUDITED: the service knows none of the {len(packages)} packages from here.")
        return 0
    for one in holes:
        ids = ", ".join(hole["id"] for hole in one["vulns"])
        print(f"{one['name']} {one['version']} has a known hole: {ids}")
    if unknown:
        print(f"Nobody knows these packages: {', '.join(unknown)}")
    print(f"{len(packages) - len(unknown)} packages audited, {len(holes)} with a known hole.")
    return 1 if holes or unknown else 0


if __name__ == "__main__":
    sys.exit(main())
