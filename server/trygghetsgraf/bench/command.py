"""The benchmark's command line."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from trygghetsgraf.bench import load
from trygghetsgraf.bench.generator import generate
from trygghetsgraf.bench.peers import Peer, oxigraph, rdflib_endpoint, trygghetsgrafen, virtuoso
from trygghetsgraf.bench.questions import questions
from trygghetsgraf.bench.report import Run, as_markdown, write
from trygghetsgraf.bench.running import measure, publish

#: quads that rdflib-endpoint is given: it keeps them as Python objects
_RDFLIB_QUADS = 100_000
_PEERS: dict[str, Peer] = {
    "trygghetsgrafen": trygghetsgrafen,
    "oxigraph": oxigraph,
    "virtuoso": virtuoso,
    "rdflib-endpoint": rdflib_endpoint(_RDFLIB_QUADS),
}


@click.command()
@click.option("--quads", default=5_000_000, show_default=True, help="Size of the graph.")
@click.option("--seed", default=1, show_default=True, help="Another seed, another graph.")
@click.option("--seconds", default=8.0, show_default=True, help="Time for each question.")
@click.option(
    "--peer",
    "names",
    multiple=True,
    type=click.Choice(list(_PEERS)),
    help="Only these; several times. The first is what the others are compared with.",
)
@click.option("--publish", "documents", default=40, show_default=True, help="Documents to add.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path(),
    help="Folder for benchmark.md and benchmark.json.",
)
def main(
    quads: int, seed: int, seconds: float, names: tuple[str, ...], documents: int, output: Path
) -> None:
    """Compare this server with others, over HTTP, on a generated graph."""
    load.wrk()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        nquads = folder / "graph.nq"
        click.echo(f"generating {quads:,} quads", err=True)
        made = generate(nquads, quads, seed)
        asked = questions(made, seed)
        results = [
            measure(
                _PEERS[name],
                nquads,
                folder / name,
                asked,
                seconds,
                lambda what: click.echo(what, err=True),
            )
            for name in names or _PEERS
        ]
        state = folder / "trygghetsgrafen" / "state"
        publishing = publish(state, made, documents) if state.exists() else []
        run = Run(made, load.CLIENTS, nquads.stat().st_size, results, publishing)
    write(run, output)
    click.echo(as_markdown(run))
