"""``coach import``, ``coach pull`` and ``coach activity``: what watches recorded."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli.shared import print_json

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from pathlib import Path

    from coach.bootstrap.importing import Imported
    from coach.bootstrap.recordings import Recorded, Shown
    from coach.coaching import Coaching
    from coach.history.matching.match import Matched
    from coach.journal.originals import Originals
    from coach.journal.store import SqliteJournal

app = typer.Typer(
    short_help="What watches recorded: list and show.",
    help="What watches recorded of your runs, held against what was planned.",
    no_args_is_help=True,
)
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
_BAR = 60


def register(top: typer.Typer) -> None:
    """Add the command to the top level."""
    top.command("import", short_help="Take in what a watch recorded: FIT, TCX, GPX.")(import_files)
    top.command("pull", short_help="Get what was recorded since the last time.")(pull)


@contextmanager
def _opened() -> Generator[tuple[Coaching, SqliteJournal, Originals]]:
    from contextlib import closing

    from coach import config
    from coach.bootstrap import open_journal, the_clock
    from coach.bootstrap.comeback import make_coaching
    from coach.journal.originals import Originals

    places = config.folders()
    clock = the_clock(places)
    with closing(open_journal(places, clock)) as journal:
        yield make_coaching(journal, clock, places), journal, Originals(places.originals)


def import_files(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="FIT, TCX or GPX, also in zip or gz.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read them, and keep nothing.")] = False,
    json: _Json = False,
) -> None:
    """Take in what a watch recorded. The same run is one, however often and in whatever form it comes.

    A run the coach ran is joined; one it did not know of counts as load, and is asked about like any other. A file
    that cannot be read is named, and the others are kept all the same.
    """
    from pathlib import Path

    take_in([(file, Path(file).expanduser()) for file in files], dry_run=dry_run, json=json)


def pull(
    place: Annotated[
        str | None,
        typer.Option("--from", metavar="PLACE", help="connect, personal, watch (one that is mounted), or a folder."),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="From this day on; else since the last one.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Of a folder or a watch: keep looking for what comes in; Ctrl-C ends it.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read them, and keep nothing.")] = False,
    json: _Json = False,
) -> None:
    """Get what watches recorded since the last time: from Garmin Connect, Garmin's Personal API, a watch or a folder.

    What is taken in is as with coach import. Without --from it is Garmin Connect, by the login of coach garmin login.
    """
    from coach.bootstrap.pulling import from_folder
    from coach.coaching.times import a_date
    from coach.errors import BadInput

    day = None if since is None else a_date(since, "--since")
    is_folder = place is not None and place not in _SERVICES
    if watch and (not is_folder or json):
        raise BadInput("--watch looks at a folder or a mounted watch, line by line", where="--watch",
                       remedy="give --from watch or --from FOLDER, and no --json")  # fmt: skip
    if not is_folder:
        take_in(_since(place, day), dry_run=dry_run, json=json)
        return
    folder = from_folder(_folder(place), lambda line: typer.echo(f"coach: {line}", err=True))
    if not watch:
        take_in(folder.since(day or _FIRST), dry_run=dry_run, json=json, since=day)
        return
    from coach import config
    from coach.bootstrap import the_clock

    typer.echo(f"Looking at {folder.about}; Ctrl-C ends it.", err=True)
    for found in folder.watching(the_clock(config.folders()), lambda: False):
        take_in([found], dry_run=dry_run, json=False, leaves=False, since=day)


_SERVICES = ("connect", "personal")
_FIRST = date(1990, 1, 1)
_MONTH = timedelta(days=30)
_LATE = timedelta(days=14)  # so late may one be uploaded; what is known is passed over


def _folder(place: str | None) -> Path | None:
    from pathlib import Path

    return None if place in (None, "watch") else Path(str(place)).expanduser()


def _since(place: str | None, day: date | None) -> Iterator[tuple[str, bytes | Path]]:
    """What a service has since the day of the last activity, a month back before the first."""
    from coach.bootstrap.pulling import from_connect, from_personal_api

    if day is None:
        with _opened() as (coaching, _, _originals):
            coaching.need_profile()
            last = max((kept.start for _, kept in coaching.whole.told.recorded), default=None)
            now = coaching.clock.utc_now()
            day = ((now - _MONTH) if last is None else last - _LATE).date()
    source = from_personal_api() if place == "personal" else from_connect()
    typer.echo(f"Asking {source.about} for what was recorded since {day}.", err=True)
    yield from source.since(day)


def take_in(
    sources: Iterable[tuple[str, bytes | Path]], *, dry_run: bool, json: bool, leaves: bool = True,
    since: date | None = None,
) -> None:  # fmt: skip
    """Import, say what became of each, and what the gate makes of it. ``leaves`` with 2 if a file could not be read."""
    from coach.bootstrap.importing import Importer
    from coach.cli.today import show_today

    found: list[Imported] = []
    with _opened() as (coaching, _, originals):
        for each in Importer(coaching, originals, dry=dry_run, since=since).take(sources):
            found.append(each)
            if not json:
                _say(each, dry=dry_run)
        if json:
            print_json({"activities": [_row(each) for each in found], "kept": not dry_run})
        elif any(each.kept is not None and not each.known for each in found) and not dry_run:
            for line in _to_rate(found, coaching):
                typer.echo(line, err=True)
            show_today(coaching, keep=True)
    if leaves and any(each.problem is not None for each in found):
        raise typer.Exit(2)


def _say(each: Imported, *, dry: bool) -> None:
    if each.problem is not None:
        typer.echo(f"coach: {each.problem}", err=True)
        return
    if each.kept is None:
        typer.echo(f"{each.name}: kept already")
        return
    is_of = "no run in it" if not each.kept.run_ms else "of a run that is known" if each.joined else "a run of its own"
    then = "not kept" if dry else is_of
    typer.echo(f"{each.name}: {_summary(each)}; {then}")
    for fault in each.faults:
        typer.echo(f"coach: {each.name}: {fault}", err=True)


def _summary(each: Imported) -> str:
    from coach.cli.today import local
    from coach.model.zones import zone

    kept = each.kept
    assert kept is not None
    way = "" if kept.distance_m is None else f", {kept.distance_m / 1000:.2f} km"
    running = f"{_min(kept.run_ms)} min run, up to {_min(kept.bout_ms)} in one go" if kept.run_ms else "no running"
    return f"{local(kept.start, zone(kept.zone))}, {kept.sport or 'activity'}, {running}{way}"


def _to_rate(found: Sequence[Imported], coaching: Coaching) -> list[str]:
    """Which of these runs lack their rating. Asked at once: within 24 hours it counts in full."""
    runs = {each.run for each in found if each.kept is not None}
    standing = coaching.whole
    lacking = [
        run for run in standing.runs
        if run.id in runs and not standing.told.after.get(run.id) and not standing.is_early(run)
    ]  # fmt: skip
    return [f"Rate the run of {_day(run.start, coaching)}: `coach rate --run {run.id[-10:]}`" for run in lacking[-5:]]


def _day(at: Any, coaching: Coaching) -> str:
    from coach.cli.today import local

    return local(at, coaching.clock.local_zone())


def _row(each: Imported) -> dict[str, Any]:
    if each.problem is not None:
        return {"name": each.name, "problem": str(each.problem)}
    kept = {} if each.kept is None else each.kept.model_dump(mode="json", exclude={"kind", "run"})
    return {"name": each.name, "run": each.run, "known": each.known, "joined": each.joined,
            "faults": list(each.faults), **kept}  # fmt: skip


@app.command("list", short_help="List every activity that was kept.")
def list_activities(json: _Json = False) -> None:
    """List every activity that was kept, the oldest first: running in minutes, the longest bout, km."""
    from coach.bootstrap.recordings import recorded_runs

    with _opened() as (coaching, _, _originals):
        sessions = {facts.session for facts in coaching.runs()}
        rows = [_listed(each, sessions) for each in recorded_runs(coaching)]
    if json:
        print_json({"activities": rows})
        return
    if not rows:
        typer.echo("No activity yet: `coach import FILE` takes one in.")
        return
    typer.echo(f"{'activity':<10}  {'when':<16}  {'sport':<10}  {'ran':>5}  {'bout':>5}  {'km':>6}  what")
    for row in rows:
        way = "" if row["distance_m"] is None else f"{row['distance_m'] / 1000:.2f}"
        typer.echo(
            f"{row['activity'][-10:]:<10}  {row['when']:<16}  {row['sport'][:10]:<10}  {row['run_min']:>5g}  "
            f"{row['bout_min']:>5g}  {way:>6}  {row['what']}"
        )


def _listed(each: Recorded, sessions: set[str]) -> dict[str, Any]:
    from coach.cli.today import local
    from coach.model.zones import zone

    kept = each.best
    forms = ", ".join(dict.fromkeys(recording.form.upper() for _, recording in each.recordings))
    by = "run with the coach" if each.id in sessions else "no run" if each.run is None else "run by watch"
    return {
        "activity": each.id, "when": local(kept.start, zone(kept.zone)), "sport": kept.sport,
        "run_min": _min(kept.run_ms), "bout_min": _min(kept.bout_ms), "distance_m": kept.distance_m, "name": kept.name,
        "what": f"{by} ({forms})", "originals": [recording.original for _, recording in each.recordings],
    }  # fmt: skip


@app.command("show", short_help="Show one, against the plan.")
def show(
    activity: Annotated[str, typer.Argument(metavar="ACTIVITY", help="Its id or the end of it, or: last.")] = "last",
    json: _Json = False,
) -> None:
    """Show one: what was run, and against the plan interval by interval.

    The row of letters is the whole of it: R run, w walk, . stood or stopped, ? where nobody knows, which counts as run.
    """
    from coach.bootstrap.recordings import recorded_run, shown

    with _opened() as (coaching, journal, originals):
        found = shown(recorded_run(activity, coaching), coaching, journal, originals)
        listed = _listed(found.recorded, {facts.session for facts in coaching.runs()})
    if json:
        print_json({**listed, **_figures(found)})
        return
    typer.echo(f"{listed['when']}  {listed['sport']}  {listed['what']}  {listed['activity']}")
    typer.echo(_row_of_gait(found))
    for line in _ran_lines(found):
        typer.echo(line)
    for line in _plan_lines(found.matched):
        typer.echo(line)
    for fault in found.activity.faults:
        typer.echo(f"coach: {fault}", err=True)


def _row_of_gait(found: Shown) -> str:
    letters: list[str] = []
    for cell in range(_BAR):
        stretch = found.track.at(found.track.end * (cell + 0.5) / _BAR)
        if stretch is None:
            letters.append(".")
        elif stretch.counts:
            letters.append("R" if stretch.is_sure else "?")
        else:
            letters.append("w" if stretch.gait.value == "walk" else ".")
    return "".join(letters)


def _ran_lines(found: Shown) -> list[str]:
    from coach.history.matching.ran import ran

    told = ran(found.track)
    lines = [f"Ran       {_min(told.run_ms)} min, up to {_min(told.bout_ms)} in one go; walked {_min(told.walked_ms)}"]
    if told.doubtful_ms:
        lines.append(f"Doubt     {_min(told.doubtful_ms)} min of it may have been walked; it counts as run")
    if told.distance_m is not None:
        lines.append(f"Way       {told.distance_m / 1000:.2f} km")
    means = told.means
    facts = [
        ("steps", told.steps, "{:.0f}"), ("cadence", means.cadence, "{:.0f} steps/min"),
        ("ground contact", means.stance_ms, "{:.0f} ms"), ("left", means.balance_left, "{:.1f} %"),
        ("heart rate", means.heart_rate, "{:.0f}"),
    ]  # fmt: skip
    known = [f"{name} {form.format(value)}" for name, value, form in facts if value is not None]
    lines += [f"Running   {', '.join(known)}"] if known else []
    drift = [
        f"{name} {value:+.1f}"
        for name, value in (("cadence", told.drift.cadence), ("ground contact", told.drift.stance_ms),
                            ("left", told.drift.balance_left)) if value is not None
    ]  # fmt: skip
    return [*lines, f"Late      {', '.join(drift)} against the beginning"] if drift else lines


def _plan_lines(matched: Matched | None) -> list[str]:
    if matched is None:
        return ["It is of no session that was planned."]
    share = "" if matched.adherence is None else f"{matched.adherence:.0%} of the running, "
    lines = [f"Plan      {share}told apart by {matched.how.value}, {matched.confidence:.0%} sure"]
    for number, each in enumerate(matched.intervals, 1):
        planned = "open" if each.planned_ms is None else _clock(each.planned_ms)
        if each.planned_m is not None:
            planned = f"{each.planned_m:g} m"
        done = "left out" if each.start is None else _clock(each.done_ms)
        way = "" if each.distance_m is None else f"  {each.distance_m:.0f} m"
        lines.append(f"{number:>3} {each.interval.intensity.value:<9} {planned:>7} planned  {done:>8} done{way}")
    lines += [f"    beyond the plan: {_clock(extra.run_ms)} of running" for extra in matched.extras if extra.run_ms]
    return lines


def _figures(found: Shown) -> dict[str, Any]:
    from dataclasses import asdict

    from coach.history.matching.ran import ran

    told = asdict(ran(found.track))
    told["caveats"] = sorted(told["caveats"])
    if found.matched is None:
        return {"ran": told, "plan": None}
    matched = found.matched
    intervals = [
        {
            "intensity": each.interval.intensity.value, "planned_ms": each.planned_ms, "planned_m": each.planned_m,
            "done_ms": each.done_ms, "run_ms": each.run_ms, "distance_m": each.distance_m,
            "start": None if each.start is None else each.start.isoformat(), "confidence": round(each.confidence, 3),
            **each.means._asdict(),
        }
        for each in matched.intervals
    ]  # fmt: skip
    plan = {"how": matched.how.value, "confidence": round(matched.confidence, 3), "adherence": matched.adherence,
            "over_ms": matched.over_ms, "under_ms": matched.under_ms, "intervals": intervals}  # fmt: skip
    return {"ran": told, "plan": plan}


def _min(ms: int) -> float:
    return round(ms / 60_000, 1)


def _clock(ms: int) -> str:
    seconds = round(ms / 1000)
    return f"{seconds // 60}:{seconds % 60:02}"
