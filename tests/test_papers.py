"""The papers of the house: locks, documents, licences. Quick and offline; ``make check`` runs these."""

import ast
import itertools
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
GROUPS = PROJECT["dependency-groups"]
RUN = PROJECT["project"]["dependencies"] + GROUPS["build"]
DEV = RUN + GROUPS["dev"] + GROUPS["hearing"] + [
    requirement for extra in ("voice", "pyttsx3", "sounddevice", "ducking") for requirement in EXTRAS[extra]
]  # fmt: skip
SETS = {"run": RUN, "dev": DEV, "peers": GROUPS["peers"]}


def pins(name: str) -> list[tuple[str, Version, Marker | None, int]]:
    """Every pin of a lock: name, version, marker, number of hashes."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    found: list[tuple[str, Version, Marker | None, int]] = []
    for entry in re.split(r"\n(?=[a-z0-9])", "\n" + re.sub(r"(?m)^\s*#.*$", "", text)):
        head = entry.strip().partition("\\")[0].strip()
        if head:
            requirement = Requirement(head)
            version = Version(str(requirement.specifier).removeprefix("=="))
            found.append((requirement.name, version, requirement.marker, entry.count("--hash=sha256:")))
    return found


def environment(python: str, machine: str) -> dict[str, str]:
    return {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "platform_machine": machine,
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize(
    ("python", "machine"), list(itertools.product(("3.11", "3.12", "3.13"), ("x86_64", "aarch64")))
)  # fmt: skip
def test_the_lock_satisfies_the_project(name: str, python: str, machine: str) -> None:
    here = environment(python, machine)
    pinned = {
        canonicalize_name(package): version
        for package, version, marker, _ in pins(name)
        if not marker or marker.evaluate(here)
    }
    for text in SETS[name]:
        wanted = Requirement(text)
        if wanted.marker and not wanted.marker.evaluate(here):
            continue
        package = canonicalize_name(wanted.name)
        assert package in pinned, f"{text} is not in requirements/{name}.txt: run make lock"
        assert pinned[package] in wanted.specifier, f"{text}, but {pinned[package]} is locked: run make lock"


@pytest.mark.parametrize("name", SETS)
def test_every_pin_has_hashes_and_the_lock_names_no_place(name: str) -> None:
    assert pins(name)
    assert all(hashes for *_, hashes in pins(name))
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert "--find-links" not in text
    assert "--index" not in text
    assert not re.search(r"(?m)(^|\s)/\w+/", text), "a path of the machine that made the lock"


def test_the_locks_agree_with_each_other() -> None:
    dev = {(name, version) for name, version, *_ in pins("dev")}
    assert {(name, version) for name, version, *_ in pins("run")} <= dev


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:  # an unpacked archive has no git
        return sorted(path for pattern in patterns for path in ROOT.rglob(pattern) if ".venv" not in str(path))
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).exists()]


def anchors(document: Path) -> set[str]:
    headings = re.findall(r"(?m)^#+\s+(.+?)\s*$", document.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", tracked("*.md"), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    text = re.sub(r"(?ms)^```.*?^```", "", document.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text):
        if "://" in target or target.startswith("mailto:"):
            continue
        file, _, anchor = target.partition("#")
        found = document if not file else (document.parent / file).resolve()
        assert found.exists(), f"{document.name} links to {target}, which is not there"
        if anchor:
            assert anchor in anchors(found), f"{document.name} links to {target}, which has no such heading"


def test_every_decision_is_listed() -> None:
    index = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    decisions = sorted(path.name for path in (ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert decisions
    for name in decisions:
        assert f"({name})" in index, f"docs/adr/README.md does not list {name}"
    numbers = [name[:4] for name in decisions]
    assert len(set(numbers)) == len(numbers), "two decisions share a number"


def test_every_page_is_reachable_from_the_index() -> None:
    docs = ROOT / "docs"
    index = (docs / "README.md").read_text(encoding="utf-8")
    for page in docs.glob("*.md"):
        if page.name != "README.md":
            assert f"({page.name})" in index, f"docs/README.md does not list {page.name}"


def test_every_dependency_is_in_the_register() -> None:
    register = (ROOT / "docs" / "adr" / "0002-dependencies.md").read_text(encoding="utf-8").lower()
    every = [*RUN, *DEV, *GROUPS["peers"], *itertools.chain.from_iterable(EXTRAS.values())]
    for text in every:
        name = canonicalize_name(Requirement(text).name)
        assert f"| {name} |" in register, f"docs/adr/0002-dependencies.md does not record {name}"


def test_licence_and_notice_are_there() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    assert "eSpeak NG" in notice
    assert "GNU General Public License" in notice


def test_every_script_the_makefile_runs_is_there() -> None:
    scripts = re.findall(r"\$\(PY\) ([a-z_/]+\.py)\b", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert scripts
    assert not [script for script in scripts if not (ROOT / script).is_file()]


def long_files() -> list[str]:
    limit = 440  # house rule: about 400
    return [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in tracked("coach/*.py", "exporters/*.py")
        if (lines := path.read_text(encoding="utf-8").count("\n")) > limit
    ]


def test_no_file_of_the_program_asks_to_be_two() -> None:
    assert long_files() == []


def swallowed(tree: ast.AST) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}))
        and all(isinstance(statement, ast.Pass) for statement in node.body)
    ]


def test_nothing_swallows_every_error() -> None:
    assert swallowed(ast.parse("try:\n  f()\nexcept Exception:\n  pass\n")) == [3]
    for path in tracked("coach/*.py", "exporters/*.py", "sounds/*.py"):
        assert swallowed(ast.parse(path.read_text(encoding="utf-8"))) == [], path


def test_the_top_level_holds_what_belongs_there() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    top = {name.split("/")[0] for name in listed.stdout.splitlines()}
    folders = {".ci", "coach", "docs", "exporters", "requirements", "sounds", "tests", "workouts"}
    papers = {".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "NOTICE", "README.md"}
    assert top == folders | papers | {"pyproject.toml"}
