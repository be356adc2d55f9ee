"""What a run has found, as a table for people and as JSON for programs."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from trygghetsgraf.bench.generator import Made
from trygghetsgraf.bench.running import Result


@dataclass(frozen=True)
class Run:
    """All figures of one run."""

    made: Made
    clients: int
    #: of bytes, of the file that was loaded
    size: int
    results: Sequence[Result]
    #: seconds that publishing each of some new documents took
    publishing: Sequence[float]


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
            "quads": run.made.quads,
            "merged": run.made.merged,
            "documents": run.made.documents,
            "bytes": run.size,
            "clients": run.clients,
            "results": [asdict(result) for result in run.results],
            "publishing": list(run.publishing),
        },
        indent=1,
    )


def as_markdown(run: Run) -> str:
    """The tables: loading and memory, each question, publishing."""
    lines = [
        f"{machine()}.",
        "",
        f"{run.made.quads:,} quads ({run.made.merged:,} of them in the default graph), "
        f"{run.made.documents:,} documents, {run.size / 2**20:,.0f} MiB of N-Quads; "
        f"{run.clients} clients.",
        "",
        "| server | load, s | memory, MiB | note |",
        "|---|---:|---:|---|",
    ]
    lines += [
        f"| {result.server} | {result.load:.1f} | {result.memory / 2**20:,.0f} | {result.note} |"
        for result in run.results
    ]
    for place, figure in enumerate(run.results[0].figures):
        rated = figure.rate > 0
        lines += [
            "",
            f"**{figure.question}**",
            "",
            "| server | requests/s | first, ms | median, ms | p95, ms | ours is |",
            "|---|---:|---:|---:|---:|---:|",
        ]
        for result in run.results:
            one = result.figures[place]
            ratio = figure.rate / one.rate if rated and one.rate else one.median / figure.median
            cells = [
                result.server,
                f"{one.rate:,.0f}" if rated else "",
                *(f"{value * 1000:.2f}" for value in (one.first, one.median, one.p95)),
                f"{ratio:.2f} ×" + (f" ({one.refused} refused)" if one.refused else ""),
            ]
            lines.append(f"| {' | '.join(cells)} |")
    if run.publishing:
        times = sorted(run.publishing)
        p95 = times[min(len(times) - 1, round(len(times) * 0.95))]
        lines += [
            "",
            f"Publishing a document of 2,000 quads, {len(times)} times: median "
            f"{statistics.median(times) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, "
            f"longest {times[-1] * 1000:.0f} ms.",
        ]
    return "\n".join(lines) + "\n"


def write(run: Run, folder: Path) -> None:
    """Write ``benchmark.md`` and ``benchmark.json``."""
    (folder / "benchmark.md").write_text(as_markdown(run), encoding="utf-8")
    (folder / "benchmark.json").write_text(as_json(run) + "\n", encoding="utf-8")
