"""``python -m tests.bench [--quick] [NAME …]``: measures, prints tables, writes docs/benchmarks.md.

Each bench is a module of this folder, ``NAME_bench``, with ``section(quick: bool) -> str``: a Markdown section with its
own heading. One that cannot run here returns a section that says why.
"""

import argparse
import importlib
import importlib.util
import os
import platform
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
BENCHES = (
    "audio", "cues", "screen", "home", "startup", "decide", "export", "reading", "fuzz", "matching", "simulate",
)  # fmt: skip


def machine() -> str:
    return f"{os.cpu_count()} cores ({platform.machine()}), Linux, Python {platform.python_version()}"


def head(quick: bool) -> str:
    how = "make bench ARGS=--quick" if quick else "make bench"
    return (
        "# Benchmarks\n\n"
        f"Written by `{how}` on {machine()}. Only what stands side by side in one table was measured in one run; "
        "figures of other machines differ, ratios less so.\n"
    )


def kept(page: str, name: str) -> str | None:
    """The section of an earlier run, for benches that were not asked for this time."""
    found = re.search(rf"(?ms)^<!-- {name} -->\n(.*?)\n<!-- end {name} -->", page)
    return found.group(1) if found else None


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs, to see that it works")
    parser.add_argument("--stdout", action="store_true", help="print only; leave docs/benchmarks.md alone")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}; all if none is given")
    wanted = parser.parse_args()
    if unknown := set(wanted.names) - set(BENCHES):
        parser.error(f"no bench is called {', '.join(sorted(unknown))}")
    earlier = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    parts = [head(wanted.quick)]
    failed = False
    for name in BENCHES:
        section = kept(earlier, name)
        if not wanted.names or name in wanted.names:
            if importlib.util.find_spec(f"tests.bench.{name}_bench") is None:
                continue
            print(f"measuring: {name}", file=sys.stderr, flush=True)
            section = importlib.import_module(f"tests.bench.{name}_bench").section(wanted.quick).strip()
            failed = failed or not section
            print(section, flush=True)
        if section:
            parts.append(f"<!-- {name} -->\n{section}\n<!-- end {name} -->\n")
    if not wanted.stdout:
        PAGE.write_text("\n".join(parts), encoding="utf-8")
        print(f"written to {PAGE.relative_to(ROOT)}", file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
