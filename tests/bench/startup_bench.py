"""What starting costs, and what a live headless session takes: time, memory, CPU, wake-ups."""

import importlib.util
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.audio.rig import Daemon, missing

ROOT = Path(__file__).resolve().parents[2]
PLAN = "8x(1m run, 2m walk)"  # what the shipped voice can say; long enough for any window

EMPTY_TYPER = """
import typer
app = typer.Typer({options})
@app.callback(invoke_without_command=True)
def nothing() -> None:
    "Nothing."
app()
"""


def environment(folder: Path, **more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("COACH_", "PYTHON"))}
    return {**clean, "COACH_HOME": str(folder), **more}


def timed(command: Sequence[str], env: dict[str, str]) -> float:
    """Seconds until the process has ended."""
    begin = time.perf_counter()
    done = subprocess.run(command, env=env, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    seconds = time.perf_counter() - begin
    if done.returncode != 0:
        raise RuntimeError(f"{command[-1][:60]}: {done.stderr.decode()[-400:]}")
    return seconds


def session(backend: str) -> list[str]:
    return [sys.executable, "-m", "coach", "run", PLAN, "--headless", "--json", "--scratch", "--backend", backend]


def until_first_line(command: Sequence[str], env: dict[str, str]) -> float:
    """Seconds until the session says that it is live; then it is ended."""
    begin = time.perf_counter()
    with subprocess.Popen(
        command, env=env, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        seconds = time.perf_counter() - begin
        process.kill()
        if not line:
            raise RuntimeError(process.stderr.read().decode()[-400:])
    return seconds


def alternately(runs: int, *measures: Callable[[], float]) -> list[float]:
    """The median of each, taken in turn so that what else the machine does hits all alike."""
    for measure in measures:
        measure()  # warms file caches and the voice cache
    rows = [[measure() for measure in measures] for _ in range(runs)]
    return [statistics.median(column) for column in zip(*rows, strict=True)]


def third_party(env: dict[str, str]) -> list[str]:
    """The packages from elsewhere, with their modules, that a whole headless session imports."""
    command = [sys.executable, "-X", "importtime", "-m", "coach", "run", "1s walk", "--headless", "--scratch"]
    done = subprocess.run(
        [*command, "--backend", "silent"],
        env=env,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-400:])
    modules = re.findall(r"(?m)^import time:[^|]*\|[^|]*\|\s*([\w.]+)$", done.stderr)
    own = {"coach", "exporters", *sys.stdlib_module_names}
    return [
        module
        for module in modules
        if (root := module.partition(".")[0]) not in own
        and not root.startswith(("_", "sitecustomize"))
        and importlib.util.find_spec(root)  # the log also names what was tried in vain
    ]


def start_up(runs: int, folder: Path) -> list[str]:
    env = environment(folder)
    modules = third_party(env)
    packages = sorted({module.partition(".")[0] for module in modules})
    imports = [sys.executable, "-c", "import " + ", ".join(modules)]
    light = folder / "light.py"
    light.write_text(EMPTY_TYPER.format(options="rich_markup_mode=None, pretty_exceptions_enable=False"))
    usual = folder / "usual.py"
    usual.write_text(EMPTY_TYPER.format(options=""))
    coach_help = [sys.executable, "-m", "coach", "--help"]
    help_, plain, rich, nothing = alternately(
        runs,
        lambda: timed(coach_help, env),
        lambda: timed([sys.executable, str(light), "--help"], env),
        lambda: timed([sys.executable, str(usual), "--help"], env),
        lambda: timed([sys.executable, "-c", "pass"], env),
    )
    code = "import coach.cli, coach.bootstrap, coach.headless, coach.runner, coach.journal.store"
    live, ours, alone = alternately(
        runs,
        lambda: until_first_line(session("silent"), env),
        lambda: timed([sys.executable, "-c", code], env),
        lambda: timed(imports, env),
    )

    def row(what: str, seconds: float, beside: float) -> str:
        return f"| {what} | {seconds * 1000:.0f} ms | {seconds / beside:.2f} × |"

    return [
        f"### Start-up (median of {runs} runs, taken in turn)",
        "",
        "| | Time | Beside |",
        "|---|---|---|",
        f"| `python -c pass` | {nothing * 1000:.0f} ms | |",
        row("an empty typer app, `--help`, without rich as ours", plain, plain),
        row("an empty typer app, `--help`, as typer comes (with rich)", rich, plain),
        row("**`coach --help`**", help_, plain),
        row(f"importing {', '.join(packages)} alone", alone, alone),
        row("importing all of the headless coach", ours, alone),
        row("**`coach run --headless` until the session is live** (cues cached)", live, alone),
        "",
    ]


def ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])  # user and system


def wake_ups(pid: int) -> int:
    total = 0
    for status in Path(f"/proc/{pid}/task").glob("*/status"):
        total += int(re.search(r"(?m)^voluntary_ctxt_switches:\s+(\d+)", status.read_text())[1])  # pyright: ignore
    return total


def memory_kb(pid: int, name: str) -> int:
    return int(re.search(rf"(?m)^{name}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])  # pyright: ignore


def cost_of(backend: str, seconds: float, env: dict[str, str]) -> str:
    """One row: a real session, measured between its third second and ``seconds`` later."""
    with (
        tempfile.TemporaryFile() as lines,
        subprocess.Popen(
            session(backend), env=env, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=lines, stderr=lines
        ) as run,
    ):
        try:
            while os.fstat(lines.fileno()).st_size == 0 and run.poll() is None:
                time.sleep(0.05)
            time.sleep(3)
            before = (time.perf_counter(), ticks(run.pid), wake_ups(run.pid))
            time.sleep(seconds)
            after = (time.perf_counter(), ticks(run.pid), wake_ups(run.pid))
            now, peak = memory_kb(run.pid, "VmRSS"), memory_kb(run.pid, "VmHWM")
        finally:
            run.terminate()
    passed = after[0] - before[0]
    cpu = (after[1] - before[1]) / os.sysconf("SC_CLK_TCK") / passed
    return (
        f"| {backend} | {now / 1024:.1f} MB | {peak / 1024:.1f} MB | {cpu:.2%} "
        f"| {(after[2] - before[2]) / passed:.0f} |"
    )


def running_cost(seconds: float, folder: Path) -> list[str]:
    rows = [cost_of("silent", seconds, environment(folder))]
    if lacking := missing(*Daemon.programs):
        rows.append(f"| alsa | {lacking} | | | |")
    else:
        with ExitStack() as stack:
            sound = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="coach")))
            daemon = Daemon(sound)
            daemon.start()
            stack.callback(daemon.kill)
            rows.append(cost_of("alsa", seconds, environment(folder, **daemon.client_env)))
    return [
        f"### A live headless session (over {seconds:.0f} s, a run with all its cues)",
        "",
        "| Output | RSS | RSS at most | CPU of one core | Wake-ups a second |",
        "|---|---|---|---|---|",
        *rows,
        "",
        "ALSA plays into a private PulseAudio daemon, as on a desktop. Wake-ups are voluntary context switches of all "
        "threads.",
    ]


def section(quick: bool) -> str:
    with tempfile.TemporaryDirectory(prefix="coach") as folder:
        lines = start_up(5 if quick else 15, Path(folder))
        lines += running_cost(5.0 if quick else 60.0, Path(folder))
    return "\n".join(["## Start-up and running cost", "", *lines])
