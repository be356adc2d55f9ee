"""The command line: the only place where errors become words and exit codes.

Exit codes: 0 done, 1 does not conform, 2 could not run.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import click
import pyoxigraph as ox
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from trygghetsgraf import __version__
from trygghetsgraf.build import build, read_figures, validate
from trygghetsgraf.cli_queries import queries_command, run_command
from trygghetsgraf.cli_writes import (
    restore_command,
    token_command,
    undo_command,
    writes_command,
)
from trygghetsgraf.description import describe, resolve
from trygghetsgraf.display import (
    ERR,
    OUT,
    print_description,
    print_figures,
    print_table,
    print_unquoted,
)
from trygghetsgraf.errors import InputError, NonConformance, TrygghetsgrafError
from trygghetsgraf.facts import FactFile
from trygghetsgraf.query.formats import GRAPH_BY_WORD, TABLE_BY_WORD, Format
from trygghetsgraf.releases.release import Releases
from trygghetsgraf.settings import Settings, load_settings
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.withdrawing import withdraw

Result = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

_LANGUAGE = click.option("--language", type=click.Choice(["sv", "en"]), default="sv")


@dataclass
class _Options:
    """The options of the group, for every command."""

    project: Path | None
    state: Path | None

    def settings(self, **more: object) -> Settings:
        return load_settings(project=self.project, state=self.state, **more)


class _Group(click.Group):
    """A group that turns our errors into words and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TrygghetsgrafError as error:
            for line in str(error).splitlines():
                ERR.print(line, markup=False, style="red")
            ctx.exit(error.exit_code)
        except BrokenPipeError:
            # The reader of our output has seen enough.
            sys.stderr.close()
            ctx.exit(0)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.option("--project", type=click.Path(path_type=Path), help="The checkout to read.")
@click.option("--state", type=click.Path(path_type=Path), help="Where results are kept.")
@click.pass_context
def main(ctx: click.Context, project: Path | None, state: Path | None) -> None:
    """Trygghetsgrafen: Swedish municipal documents on safety as a knowledge graph."""
    ctx.obj = _Options(project, state)


@main.command("build")
@click.pass_obj
def build_command(options: _Options) -> None:
    """Build the graph from documents and facts, validate it and publish it.

    Nothing is published unless everything conforms; then the last good graph stays. A second
    build with nothing changed does nothing.
    """
    with _progress() as progress:
        built = build(options.settings(), progress)
    if not built.changed:
        ERR.print(f"Nothing has changed; snapshot {built.snapshot} serves.")
        return
    figures = read_figures(built.folder)
    print_figures(figures)
    print_unquoted(figures)
    ERR.print(f"Published as snapshot {built.snapshot}; dumps and report in {built.folder}")


@main.command("validate")
@_LANGUAGE
@click.option("--format", "format_", type=click.Choice(["text", "turtle"]), default="text")
@click.pass_obj
def validate_command(options: _Options, language: str, format_: str) -> None:
    """Validate documents, facts, vocabularies and reference data; publish nothing.

    Prints the report. Exit code 1 when something does not conform.
    """
    with _progress() as progress:
        report, labels = validate(options.settings(), progress)
    text = report.turtle() if format_ == "turtle" else report.text(language, labels)
    click.echo(text.rstrip("\n"))
    if not report.conforms:
        raise SystemExit(NonConformance.exit_code)


@main.command("serve")
@click.option("--host", help="Address to listen on; default 127.0.0.1.")
@click.option("--port", type=int, help="Port; 0 lets the system choose. Default 8000.")
@click.pass_obj
def serve_command(options: _Options, host: str | None, port: int | None) -> None:
    """Serve the published graph, or a store of your own, until interrupted."""
    # imported here: the server pulls in what no other command needs, and takes its time
    from trygghetsgraf.web import serve

    settings = options.settings(host=host, port=port)
    what = "a store of your own"
    if settings.remote_query_url:
        what = f"the store at {settings.remote_query_url}"
    elif not settings.own_store:
        with Snapshots(settings.state).current() as snapshot:
            what = f"snapshot {snapshot.number}"
    with serve(settings) as running:
        ERR.print(f"Trygghetsgrafen, {what}: {running.url}  (Ctrl-C stops)")
        running.wait()


@main.command("withdraw")
@click.argument("thing")
@click.option("--also", multiple=True, help="Another spelling of a person's name.")
@click.pass_obj
def withdraw_command(options: _Options, thing: str, also: tuple[str, ...]) -> None:
    """Withdraw a person or a document, THING as in actor/KEY or document/KEY, and build.

    Changes the sources: a document leaves, a person's name is masked wherever it stands. Then
    the page answers 410, and the files of earlier releases that held the thing are deleted. If
    the build fails, everything is as before.
    """
    settings = options.settings()
    releases = Releases(settings.state)
    dropped = {release.about.number for release in releases.all() if release.about.dropped}
    withdrawal = withdraw(settings.project, thing, also)
    try:
        with _progress() as progress:
            built = build(settings, progress)
    except TrygghetsgrafError:
        withdrawal.undo()
        raise
    ERR.print(f"{thing} is withdrawn; snapshot {built.snapshot} serves, its page answers 410.")
    for path in withdrawal.before:
        ERR.print(f"  changed: {path.relative_to(settings.project)}", markup=False)
    for release in releases.all():
        if release.about.dropped and release.about.number not in dropped:
            ERR.print(f"  release {release.about.number}: its files held it and were deleted")
    for place in withdrawal.left:
        ERR.print(f"  a part of the name stands in {place}: the same person? Use --also")


@main.command("query")
@click.argument("query", required=False)
@click.option("--file", "file", type=click.File(encoding="utf-8"), help="Query file; - for stdin.")
@click.option("--format", "format_", help="table, json, xml, csv, tsv; turtle, nt, jsonld, …")
@click.pass_obj
def query_command(options: _Options, query: str | None, file: Any, format_: str | None) -> None:
    """Answer a SPARQL query from the published graph.

    Tables for people at a terminal, CSV (or N-Triples) in a pipe.
    """
    text = file.read() if file else query
    if not text:
        raise click.UsageError("Give a query, or --file FILE.")
    with _published(options) as store:
        try:
            result = store.query(text)
        except SyntaxError as error:
            raise InputError("Reading the query", f"{error}.", "Correct it.") from error
        if isinstance(result, ox.QueryTriples):
            _print_bytes(result, format_ or "nt", GRAPH_BY_WORD)
        elif format_ == "table" or (format_ is None and OUT.is_terminal):
            print_table(result)
        else:
            default = "json" if isinstance(result, ox.QueryBoolean) else "csv"
            _print_bytes(result, format_ or default, TABLE_BY_WORD)


@main.command("describe")
@click.argument("thing")
@_LANGUAGE
@click.pass_obj
def describe_command(options: _Options, thing: str, language: str) -> None:
    """What is said of a THING (an IRI, kind/key or a label), with quotes and speakers."""
    with _published(options) as store:
        description = describe(store, resolve(store, thing), language)
    print_description(description)


@main.command("settings")
@click.pass_obj
def settings_command(options: _Options) -> None:
    """Every setting: its value, its environment variable and what it is for."""
    settings = options.settings()
    for name, field in type(settings).model_fields.items():
        OUT.print(f"TRYGGHETSGRAF_{name.upper()} = {getattr(settings, name)}", markup=False)
        OUT.print(f"    {field.description}", markup=False, style="dim")


@main.command("schema")
def schema_command() -> None:
    """The JSON Schema of the fact files, for editors."""
    click.echo(json.dumps(FactFile.model_json_schema(), indent=2, ensure_ascii=False))


@main.command("stats")
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table")
@click.option("--unquoted", is_flag=True, help="List the sentences that no claim quotes, too.")
@click.pass_obj
def stats_command(options: _Options, format_: str, unquoted: bool) -> None:
    """The figures of the published graph: claims, statements, coverage, violations."""
    settings = options.settings()
    with Snapshots(settings.state).current() as snapshot:
        folder = settings.state / "builds" / snapshot.meta.get("build", "")[:20]
    figures = read_figures(folder)
    if format_ == "json":
        click.echo(json.dumps([f.model_dump() for f in figures], indent=1, ensure_ascii=False))
        return
    print_figures(figures)
    if unquoted:
        print_unquoted(figures)


main.add_command(queries_command)
main.add_command(run_command)
main.add_command(token_command)
main.add_command(writes_command)
main.add_command(undo_command)
main.add_command(restore_command)


@contextmanager
def _published(options: _Options) -> Iterator[ox.Store]:
    """The current snapshot, opened."""
    with Snapshots(options.settings().state).current() as snapshot:
        yield snapshot.open()


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Progress on standard error when that is a terminal, else nothing."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=ERR, transient=True, disable=not ERR.is_terminal) as bar:
        task = bar.add_task("starting", total=None)

        def tell(step: str, done: int, total: int) -> None:
            bar.update(task, description=step, completed=done, total=total)

        yield tell


def _print_bytes(result: Result, word: str, formats: Mapping[str, Format]) -> None:
    if word not in formats:
        names = ", ".join(sorted({f.name for f in formats.values()}))
        raise InputError(
            f"Writing the result as {word!r}",
            "this kind of result has no such format.",
            f"Use one of {names}.",
        )
    # the stubs of the three kinds of result disagree on what may be passed
    cast("Any", result).serialize(sys.stdout.buffer, formats[word].engine)
