"""The house itself: which way imports point, what a live process loads, what a wheel carries."""

import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

HEAVY = {
    "textual", "asyncio", "numpy", "rich", "soundfile", "soxr", "hibari_tts", "onnxruntime", "sounddevice", "fitdecode",
}  # fmt: skip
"""What a session without a screen must never load."""


def python(*arguments: str, cwd: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def loaded(*arguments: str, **env: str) -> set[str]:
    """Every module a run of Python imports, as ``-X importtime`` tells."""
    done = python("-X", "importtime", *arguments, **env)
    assert done.returncode == 0, done.stderr[-2000:]
    return set(re.findall(r"(?m)^import time:[^|]*\|[^|]*\|\s*([\w.]+)$", done.stderr))


def roots(modules: set[str]) -> set[str]:
    return {module.partition(".")[0] for module in modules}


def test_the_import_log_is_read_right() -> None:
    assert {"asyncio", "asyncio.events"} <= loaded("-c", "import asyncio")


@pytest.mark.parametrize(
    "module", ["coach.headless", "coach.runner", "coach.bootstrap", "coach.journal.store", "coach.activities.reading"]
)
def test_the_headless_half_stays_light(module: str) -> None:
    assert roots(loaded("-c", f"import {module}")) & HEAVY == set()


def test_a_whole_headless_session_stays_light(tmp_path: Path) -> None:
    """Not only the imports at the top: also those made on the way."""
    modules = loaded(
        "-m", "coach", "run", "2s walk, 2s run, 2s walk", "--headless", "--scratch", "--speed", "6",
        COACH_HOME=str(tmp_path), COACH_BACKEND="silent", COACH_LEAD_IN_MS="0",
    )  # fmt: skip
    assert "coach.headless" in modules
    assert roots(modules) & HEAVY == set()
    assert {
        module for module in modules if module.startswith(("coach.gate", "coach.coaching", "coach.history"))
    } == set()


def test_help_loads_only_the_command_line(tmp_path: Path) -> None:
    modules = loaded("-m", "coach", "--help", COACH_HOME=str(tmp_path))
    ours = {module for module in modules if module.partition(".")[0] == "coach"}
    assert "coach.cli" in ours
    allowed = {"coach", "coach.__main__", "coach.errors"}
    assert {module for module in ours - allowed if not module.startswith("coach.cli")} == set()
    assert roots(modules) & (HEAVY | {"pydantic", "sqlite3"}) == set()


def test_today_loads_no_other_screen() -> None:
    """What it does not need would only keep it from being there at once."""
    modules = loaded("-c", "import coach.tui.home")
    assert "coach.tui.today" in modules
    others = {f"coach.tui.{name}" for name in ("app", "live", "after", "plan", "history", "why", "anyway", "plot")}
    assert others & modules == set()


# --- contracts -------------------------------------------------------------------------------------------------


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    tool = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [tool, "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_point_one_way() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


def a_small_house(folder: Path) -> Path:
    """The contracts of this project over an empty package of the same layers."""
    (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8"), encoding="utf-8")
    layers = next(c for c in PROJECT["tool"]["importlinter"]["contracts"] if c["type"] == "layers")["layers"]
    names = [name.strip() for layer in layers for name in layer.split("|")]
    for package in ("coach", "exporters"):
        (folder / package).mkdir()
        (folder / package / "__init__.py").touch()
    for name in names:
        (folder / "coach" / f"{name.strip('()')}.py").touch()
    return folder


def test_the_contracts_allow_an_innocent_house(tmp_path: Path) -> None:
    done = lint_imports(a_small_house(tmp_path))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("model", "from coach import session"),  # upwards
        ("session", "from coach import runner"),
        ("headless", "from coach import tui"),  # sideways
        ("journal", "from coach import audio"),
        ("model", "import time"),  # the world
        ("session", "import sqlite3"),
        ("cli", "import exporters"),
        ("../exporters/fit", "from coach import library"),
        ("../exporters/fit", "import pathlib"),
        ("stray", ""),  # a module that no layer names
    ],
)
def test_the_contracts_catch(tmp_path: Path, module: str, text: str) -> None:
    house = a_small_house(tmp_path)
    (house / "coach" / f"{module}.py").write_text(text + "\n", encoding="utf-8")
    assert lint_imports(house).returncode != 0


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("import time\n\nprint(time.monotonic())\n", "TID251"),
        ("import time\n\nprint(time.monotonic_ns())\n", "TID251"),
        ("from time import monotonic as m\n\nprint(m())\n", "TID251"),
        ("import time\n\nprint(time.perf_counter())\n", "TID251"),
        ("from datetime import UTC, datetime\n\nprint(datetime.now(UTC))\n", "TID251"),
        ("import datetime as d\n\nprint(d.date.today())\n", "TID251"),
        ("import time\n\ntime.sleep(1)\n", "TID251"),
        ("try:\n    print()\nexcept Exception:\n    pass\n", "BLE001"),
    ],
)
def test_the_linter_catches(text: str, rule: str) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("ruff"), "check", "--stdin-filename", "coach/session/engine.py", "-"],
        cwd=ROOT,
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert rule in done.stdout, done.stdout


# --- what is installed and shipped -------------------------------------------------------------------------------


def test_entry_points() -> None:
    assert "coach.exporters" in PROJECT["project"]["entry-points"]
    [script] = importlib.metadata.entry_points(group="console_scripts", name="coach")
    assert script.value == "coach.__main__:main"
    assert callable(script.load())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done = python("-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    assert done.returncode == 0, done.stderr
    [built] = folder.glob("*.whl")
    return built


def data_files(folder: str) -> set[str]:
    return {
        str(path.relative_to(ROOT))
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_carries_all_data(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("workouts", "sounds"):
        assert data_files(folder)
        for file in data_files(folder):
            assert f"coach/_shipped/{file}" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/NOTICE") for name in names)
    assert not any(name.startswith(("tests/", "docs/", "requirements/")) for name in names)
    texts = {name for name in names if name.endswith(".tcss")}
    assert texts == {str(path.relative_to(ROOT)) for path in (ROOT / "coach").rglob("*.tcss")}


def test_the_wheel_runs_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """Installed into an environment of its own; only the third-party packages are borrowed from this one."""
    home = tmp_path / "fresh"
    venv.create(home, with_pip=False, symlinks=True)
    site = next((home / "lib").glob("python3*/site-packages"))
    zipfile.ZipFile(wheel).extractall(site)
    borrowed = sorted({str(Path(path)) for path in sys.path if path.endswith("site-packages")})
    # A plain path, not a .pth of this environment: its editable install of the checkout must stay out of reach.
    (site / "borrowed.pth").write_text("\n".join(borrowed), encoding="utf-8")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COACH_"))}
        return subprocess.run(
            [home / "bin" / "python", *arguments],
            cwd=tmp_path,
            env={**env, "COACH_HOME": str(tmp_path / "home")},
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    where = run("-c", "from coach.resources import shipped; print(shipped('sounds')); print(shipped('workouts'))")
    assert where.stdout.split() == [str(site / "coach" / "_shipped" / name) for name in ("sounds", "workouts")]
    listed = run("-m", "coach", "workout", "list")
    assert listed.returncode == 0, listed.stderr
    assert "seed-start" in listed.stdout
    checked = run("-m", "coach", "workout", "check", "5m walk, 8x(1m run, 2m walk), 5m walk")
    assert checked.returncode == 0, checked.stderr
