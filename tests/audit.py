"""`make audit`: what is known against the packages we install (pip-audit), and the list of them (CycloneDX), in build/.

Known exceptions stand in tests/audit.toml, each with its reason and the day on which it is looked at again; one that is overdue fails.
A database that cannot be reached, or that knows none of our packages, is told as what it is and never as a clean result.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
EXCEPTIONS = Path(__file__).with_name("audit.toml")
CLEAN, FOUND, UNKNOWN = 0, 1, 3


@dataclass(frozen=True, slots=True)
class Waiver:
    """An advisory that does not concern us."""

    package: str
    advisory: str
    reason: str
    review: date


def read_waivers(text: str) -> tuple[Waiver, ...]:
    """The exceptions of the file; KeyError or TypeError if one is not whole."""
    return tuple(Waiver(**row) for row in tomllib.loads(text).get("exception", []))


def judge(found: dict[str, Any], waivers: tuple[Waiver, ...], today: date) -> tuple[int, list[str]]:
    """The exit code and the lines to print for pip-audit's JSON. `today`: on which overdue exceptions are told."""
    waived = {(waiver.package.lower(), waiver.advisory) for waiver in waivers if waiver.review >= today}
    lines = [
        f"overdue exception: {waiver.package} {waiver.advisory}, to be looked at by {waiver.review}"
        for waiver in waivers
        if waiver.review < today
    ]
    packages = found.get("dependencies", [])
    audited = [package for package in packages if "skip_reason" not in package]
    open_ones = []
    for package in audited:
        for advisory in package.get("vulns", []):
            names = {advisory["id"], *advisory.get("aliases", [])}
            if not any((package["name"].lower(), name) in waived for name in names):
                fixed = ", ".join(advisory.get("fix_versions", [])) or "no version yet"
                open_ones.append(f"{package['name']} {package['version']}: {advisory['id']}, mended in {fixed}")
    lines += open_ones
    if not audited:
        return UNKNOWN, [*lines, "no package was audited: the database knows none of them. This is no clean result."]
    if skipped := len(packages) - len(audited):
        lines.append(f"{skipped} of {len(packages)} packages could not be audited")
    lines.append(f"{len(audited)} packages audited, {len(open_ones)} open advisories, {len(waived)} exceptions")
    return (FOUND if len(lines) > 1 + bool(skipped) else CLEAN), lines


def ask_advisories(requirements: Path) -> dict[str, Any] | None:
    """What pip-audit says of the pinned packages, None if its database cannot be asked."""
    command = [
        "pip_audit",
        "--requirement",
        str(requirements),
        "--require-hashes",
        "--disable-pip",
        "--format=json",
        "--progress-spinner=off",
    ]
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, timeout=600, check=False)
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        print(done.stderr.strip().splitlines()[-1][:300] if done.stderr.strip() else "pip-audit said nothing", file=sys.stderr)
        return None
    return found


def write_bill(requirements: Path, target: Path) -> int:
    """The software bill of materials as CycloneDX JSON; how many components it lists."""
    target.parent.mkdir(exist_ok=True)
    command = ["cyclonedx_py", "requirements", str(requirements), "--output-format", "JSON", "--output-reproducible", "-o", str(target)]
    subprocess.run([sys.executable, "-m", *command], check=True, timeout=300)
    return len(json.loads(target.read_text(encoding="utf-8")).get("components", []))


def main() -> int:
    """Both, for the packages that the application is installed with. 0: clean; 1: something is open; 3: nothing can be said."""
    requirements = ROOT / "requirements.txt"
    print(f"build/sbom.json: {write_bill(requirements, BUILD / 'sbom.json')} components")
    found = ask_advisories(requirements)
    if found is None:
        print("the advisory database could not be asked. This is no clean result.")
        return UNKNOWN
    code, lines = judge(found, read_waivers(EXCEPTIONS.read_text(encoding="utf-8")), date.today())
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
