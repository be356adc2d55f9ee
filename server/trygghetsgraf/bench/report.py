"""What a run has found, as a table for people and as JSON for programs."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

from trygghetsgraf.bench.aims import of_assault, of_own, of_publishing, of_servers
from trygghetsgraf.bench.generator import Made
from trygghetsgraf.bench.hostile import Assault
from trygghetsgraf.bench.own import Timing
from trygghetsgraf.bench.running import Figure, Result


@dataclass
class Run:
    """All figures of one run; parts that were not measured are empty."""

    made: Made
    clients: int
    #: bytes of the file that was loaded
    size: int
    results: Sequence[Result] = ()
    #: seconds that publishing each of some new documents took
    publishing: Sequence[float] = ()
    #: triples of a document that is written through the gate, and the seconds that took:
    #: ``small`` (the project's own graph) and ``large``
    written: int = 0
    writing: dict[str, Sequence[float]] = field(default_factory=dict)
    #: what only this server has: part → its timings
    own: dict[str, Sequence[Timing]] = field(default_factory=dict)
    #: ordinary queries beside hostile ones
    assault: Assault | None = None


def machine() -> str:
    """The machine in a line: processors, memory, system, versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} processors ({platform.machine()}), {memory:.0f} GiB of memory, "
        f"{platform.system()}, Python {platform.python_version()}, "
        f"pyoxigraph {version('pyoxigraph')}"
    )


def as_json(run: Run) -> str:
    """Everything, to compare runs by program."""
    return json.dumps(
        {
            "machine": machine(),
            "load average": os.getloadavg(),
            "quads": run.made.quads,
            "merged": run.made.merged,
            "documents": run.made.documents,
            "bytes": run.size,
            "clients": run.clients,
            "results": [asdict(result) for result in run.results],
            "publishing": list(run.publishing),
            "written": run.written,
            "writing": {name: list(times) for name, times in run.writing.items()},
            "assault": None if run.assault is None else asdict(run.assault),
            "own": {part: [asdict(one) for one in found] for part, found in run.own.items()},
        },
        indent=1,
    )


def as_markdown(run: Run) -> str:
    """The tables: loading and memory, each question, what is ours alone, publishing."""
    lines = [f"{machine()}."]
    if run.made.quads:
        lines += [
            "",
            f"{run.made.quads:,} quads ({run.made.merged:,} of them in the default graph), "
            f"{run.made.documents:,} documents, {run.size / 2**20:,.0f} MiB of N-Quads; "
            f"{run.clients} clients.",
        ]
    lines += _aims(run)
    if run.results:
        lines += _compared(run.results)
    for part, title in TITLES.items():
        if part in run.own:
            lines += ["", f"**{title}**", "", *_timings(run.own[part])]
    if run.assault is not None:
        lines += ["", _assault(run.assault)]
    if run.publishing:
        lines += ["", f"Publishing a document of 2,000 quads: {_spread(run.publishing)}."]
    if run.writing:
        graphs = [
            ({"small": "project's own"}.get(n, "generated"), t) for n, t in run.writing.items()
        ]
        lines += [
            "",
            f"Writing a document of {run.written:,} triples through the gate (PUT), on the"
            f" {'; on the '.join(f'{name} graph: {_spread(t)}' for name, t in graphs)}.",
        ]
    return "\n".join(lines) + "\n"


def _assault(seen: Assault) -> str:
    ends = Counter(str(status or "a broken transfer") for status, _ in seen.ends)
    return (
        f"Ordinary look-ups beside {len(seen.ends)} hostile queries: 95th percentile"
        f" {seen.busy * 1000:.1f} ms, {seen.ratio:.1f} times that of quiet"
        f" ({seen.quiet * 1000:.1f} ms); the hostile ones ended with"
        f" {', '.join(f'{status} ({times})' for status, times in sorted(ends.items()))}."
    )


def _spread(found: Sequence[float]) -> str:
    """Median, 95th percentile and longest of some seconds."""
    times = sorted(found)
    p95 = times[min(len(times) - 1, round(len(times) * 0.95))]
    return (
        f"{len(times)} times, median {statistics.median(times) * 1000:.0f} ms,"
        f" p95 {p95 * 1000:.0f} ms, longest {times[-1] * 1000:.0f} ms"
    )


#: part of what is ours alone → its heading
TITLES = {
    "known": "VoID, catalogue, service description on the generated graph",
    "saved-small": "Saved queries on the project's own documents, as JSON with their examples",
    "saved": "Saved queries on the generated graph, as JSON with their examples",
    "pages-small": "Pages on the project's own documents",
    "pages": "Pages on the generated graph",
}


def _aims(run: Run) -> list[str]:
    aims = [*of_servers(run.results), *of_own(run.own), *of_publishing(run.publishing)]
    aims += of_assault(run.assault)
    if not aims:
        return []
    rows = (f"| {aim.aim} | {aim.found} | {'yes' if aim.met else '**no**'} |" for aim in aims)
    return ["", "| aim | found | met |", "|---|---|---|", *rows]


def _compared(results: Sequence[Result]) -> list[str]:
    lines = [
        "",
        "| server | load, s | memory, MiB | note |",
        "|---|---:|---:|---|",
        *(
            f"| {one.server} | {one.load:.1f} | {one.memory / 2**20:,.0f} | {one.note} |"
            for one in results
        ),
    ]
    for place, figure in enumerate(results[0].figures):
        rated = figure.rate > 0
        lines += [
            "",
            f"**{figure.question}**",
            "",
            "| server | requests/s | first, ms | median, ms | p95, ms | ours is |",
            "|---|---:|---:|---:|---:|---:|",
        ]
        for result in results:
            one = result.figures[place]
            cells = [
                result.server,
                f"{one.rate:,.0f}" if rated else "",
                *(f"{value * 1000:.2f}" for value in (one.first, one.median, one.p95)),
                _ratio(figure, one) + (f" ({one.refused} refused)" if one.refused else ""),
            ]
            lines.append(f"| {' | '.join(cells)} |")
    return lines


def _ratio(ours: Figure, other: Figure) -> str:
    """How many times better ours is: by rate, or by median where one client asked."""
    if ours.rate > 0:
        return f"{ours.rate / other.rate:.2f} ×" if other.rate else "no answer in time"
    return f"{other.median / ours.median:.2f} ×"


def _timings(found: Sequence[Timing]) -> list[str]:
    again = any(one.again for one in found)
    lines = ["| | first, ms | median, ms | longest, ms | KB |" + (" again/s |" if again else "")]
    lines.append("|---|---:|---:|---:|---:|" + ("---:|" if again else ""))
    for one in found:
        name = one.name + (f" (status {one.status})" if one.status != 200 else "")
        times = (f"{value * 1000:.1f}" for value in (one.first, one.median, one.most))
        cells = [name, *times, f"{one.bytes / 1000:,.1f}"]
        if again:
            cells.append(f"{one.again:,.0f}" if one.again else "")
        lines.append(f"| {' | '.join(cells)} |")
    return lines


#: line of a page after which everything comes from a run
MARK = "<!-- one run -->"


def replace_tables(page: Path, run: Run) -> None:
    """Put the tables of a run in place of those on a page, which has the mark before them."""
    before, mark, _ = page.read_text(encoding="utf-8").partition(MARK)
    page.write_text(f"{before}{mark}\n\n{as_markdown(run)}", encoding="utf-8")


def write(run: Run, folder: Path, page: Path | None = None) -> None:
    """Write ``benchmark.json``, and the tables: on a page, or else as ``benchmark.md``."""
    if page is not None:
        replace_tables(page, run)
    else:
        (folder / "benchmark.md").write_text(as_markdown(run), encoding="utf-8")
    (folder / "benchmark.json").write_text(as_json(run) + "\n", encoding="utf-8")
