"""That the benches can be begun: they are run by hand, and nobody would see that one no longer imports."""

import importlib
import subprocess
import sys

import pytest

from tests.bench.__main__ import BENCHES, ROOT

MODULES = (*(f"{name}_bench" for name in BENCHES), "contender", "long_runs")


@pytest.mark.parametrize("name", MODULES)
def test_every_bench_can_be_begun(name: str) -> None:
    module = importlib.import_module(f"tests.bench.{name}")
    if name.endswith("_bench"):
        assert callable(module.section)


def test_every_bench_that_is_there_is_in_the_list() -> None:
    there = {file.stem for file in (ROOT / "tests" / "bench").glob("*_bench.py")}
    assert there == {f"{name}_bench" for name in BENCHES}


def test_the_command_takes_the_names_of_benches_and_no_others() -> None:
    command = [sys.executable, "-m", "tests.bench", "--stdout", "cue"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no bench is called cue" in done.stderr
