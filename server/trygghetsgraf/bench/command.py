"""The benchmark's command line."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import click

from trygghetsgraf.bench import load, own
from trygghetsgraf.bench.copies import Shipped, read_shipped
from trygghetsgraf.bench.generator import Made, generate
from trygghetsgraf.bench.hostile import assault
from trygghetsgraf.bench.peers import (
    Peer,
    load_ours,
    oxigraph,
    rdflib_endpoint,
    serving,
    trygghetsgrafen,
    virtuoso,
)
from trygghetsgraf.bench.questions import questions
from trygghetsgraf.bench.report import Run, as_markdown, write
from trygghetsgraf.bench.running import compare
from trygghetsgraf.bench.writing import publish, put
from trygghetsgraf.build import build
from trygghetsgraf.saved.catalogue import load_catalogue
from trygghetsgraf.settings import load_settings
from trygghetsgraf.store.embedded import EmbeddedStore
from trygghetsgraf.store.writer import Writer

#: quads that rdflib-endpoint is given: it keeps them as Python objects
_RDFLIB_QUADS = 100_000
_PEERS: dict[str, Peer] = {
    "trygghetsgrafen": trygghetsgrafen,
    "oxigraph": oxigraph,
    "virtuoso": virtuoso,
    "rdflib-endpoint": rdflib_endpoint(_RDFLIB_QUADS),
}
_PARTS = {
    "servers": "the same questions to this server and its peers",
    "saved": "every saved query on the generated graph",
    "pages": "every kind of page on the generated graph",
    "known": "VoID, catalogue and service description on the generated graph",
    "hostile": "ordinary queries beside twenty hostile ones on the generated graph",
    "publish": "publishing documents one by one on the generated graph",
    "write": "writing documents through the gate, on both graphs",
    "saved-small": "every saved query on the project's own documents",
    "pages-small": "every kind of page on the project's own documents",
}


@click.command(epilog="Parts: " + "; ".join(f"{n}: {what}" for n, what in _PARTS.items()) + ".")
@click.option("--quads", default=5_000_000, show_default=True, help="Size of the graph.")
@click.option("--seed", default=1, show_default=True, help="Another seed, another graph.")
@click.option("--seconds", default=3.0, show_default=True, help="Time for each question.")
@click.option(
    "--only",
    "parts",
    multiple=True,
    type=click.Choice(list(_PARTS)),
    help="Only these parts; several times.",
)
@click.option(
    "--peer",
    "names",
    multiple=True,
    type=click.Choice(list(_PEERS)),
    help="Only these; several times. The first is what the others are compared with.",
)
@click.option("--publish", "documents", default=40, show_default=True, help="Documents to add.")
@click.option(
    "--work",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for what is built and loaded, to be used again by the next run with the same "
    "--quads; without it everything is made anew and thrown away.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path(),
    help="Folder for benchmark.md and benchmark.json.",
)
@click.option(
    "--page",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Put the tables on this page, after its line <!-- one run -->, and not in a file.",
)
def main(
    quads: int,
    seed: int,
    seconds: float,
    parts: tuple[str, ...],
    names: tuple[str, ...],
    documents: int,
    work: Path | None,
    output: Path,
    page: Path | None,
) -> None:
    """Measure this server, and compare it with others, over HTTP on a generated graph."""
    load.wrk()
    wanted = set(parts or _PARTS)
    with tempfile.TemporaryDirectory() as temporary:
        bench = _Bench((work or Path(temporary)).resolve(), quads, seed, seconds)
        bench.output, bench.page = output, page
        if wanted & {"servers", "saved", "pages", "known", "hostile", "publish", "write"}:
            bench.generate()
        if "servers" in wanted:
            bench.compare({name: _PEERS[name] for name in names or _PEERS})
        bench.measure_own(wanted)
        if "hostile" in wanted:
            bench.assault()
        if "publish" in wanted:
            bench.publish(documents)
        if "write" in wanted:
            bench.write(max(2, documents // 4))
        click.echo(as_markdown(bench.run))


class _Bench:
    """One run: what is made on the way, and what it has found so far."""

    def __init__(self, folder: Path, quads: int, seed: int, seconds: float) -> None:
        self._folder = folder
        #: where the findings go, and a page that has the tables in it
        self.output = Path()
        self.page: Path | None = None
        self._quads, self._seed, self._seconds = quads, seed, seconds
        self._shipped = self._build()
        self._nquads = folder / "graph.nq"
        #: state folder of ours on the generated graph
        self._state = folder / "trygghetsgrafen" / "state"
        self.run = Run(Made(), load.CLIENTS, 0)

    def _say(self, what: str) -> None:
        click.echo(f"{time.strftime('%H:%M:%S')} {what}", err=True)

    def _save(self) -> None:
        """Write what has been found so far: if a later part fails, it is not lost."""
        write(self.run, self.output, self.page)

    def _build(self) -> Shipped:
        """The graph of the project, published in a state folder of its own."""
        self._say("building the project's graph")
        state = self._folder / "built"
        build(load_settings(state=state))
        dump = self._folder / "shipped.nq"
        with Writer(state, "the benchmark") as writer:
            EmbeddedStore(writer).dump(dump)
        return read_shipped(dump)

    def generate(self) -> None:
        self._say(f"generating {self._quads:,} quads")
        self.run.made = generate(self._nquads, self._quads, self._seed, self._shipped)
        self.run.size = self._nquads.stat().st_size

    def compare(self, peers: dict[str, Peer]) -> None:
        asked = questions(self.run.made, self._seed)
        self.run.results = compare(
            peers, self._nquads, self._folder, asked, self._seconds, self._say
        )
        self._save()

    def measure_own(self, wanted: set[str]) -> None:
        if wanted & {"saved-small", "pages-small"}:
            self._own(self._folder / "built", {part for part in wanted if "-small" in part})
        large = wanted & {"saved", "pages", "known"}
        if large:
            self._loaded()
            self._own(self._state, large)

    def _own(self, state: Path, wanted: set[str]) -> None:
        """Measure the wanted parts, each with a server just started."""
        catalogue = load_catalogue(load_settings().project / "queries")
        for part in sorted(wanted):
            with serving(state) as server:
                if part.startswith("saved"):
                    found = own.saved_queries(server, catalogue, self._seconds, self._say)
                elif part.startswith("pages"):
                    found = own.pages(
                        server, self._shipped.things, list(self._shipped.documents), self._say
                    )
                else:
                    found = own.well_known(server)
                self.run.own[part] = found
            self._save()

    def assault(self) -> None:
        self._loaded()
        self._say("ordinary queries beside hostile ones")
        self.run.assault = assault(self._state, questions(self.run.made, self._seed)[0].queries)
        self._save()
        self._save()

    def publish(self, documents: int) -> None:
        self._loaded()
        self._say(f"publishing {documents} documents")
        self.run.publishing = publish(self._state, self.run.made, documents)
        self._save()

    def write(self, documents: int) -> None:
        self._loaded()
        smallest = min(self._shipped.documents.values(), key=lambda copy: copy.quads)
        self.run.written = smallest.sent.count("\n")
        for name, state in (("small", self._folder / "built"), ("large", self._state)):
            self._say(f"writing {documents} documents to the {name} graph")
            self.run.writing[name] = put(state, smallest, documents)
            self._save()

    def _loaded(self) -> None:
        if not self._state.exists():
            self._say("loading")
            load_ours(self._nquads, self._state)
