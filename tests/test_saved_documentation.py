from __future__ import annotations

from pathlib import Path

from tests.saved_project import catalogue

from trygghetsgraf.saved.catalogue import load_catalogue
from trygghetsgraf.saved.documentation import pages

ROOT = Path(__file__).resolve().parents[1]


def test_page_shows_how_to_ask(tmp_path: Path) -> None:
    page = pages(catalogue(tmp_path))["queries/measures.md"]
    for line in (
        "# Measures of one kind",
        "| `slag` | label, code, key or IRI | must be | kind of measure – slag av åtgärd |",
        "| `lang` | `sv`, `en` | else `sv` | language of the names – namnens språk |",
        "| `amount` | amount | belopp | mnkr |",
        "curl 'http://127.0.0.1:8000/api/queries/measures/results?slag=kamera&format=csv'",
        "trygghetsgraf run measures --slag kamera --format csv",
        'found = client.run("measures", slag="kamera")',
    ):
        assert line in page.splitlines()


def test_page_says_which_cells_hold_several_names() -> None:
    page = pages(load_catalogue(ROOT / "queries"))["queries/questions-asked.md"]
    assert (
        "A cell of `askers`, `addressees` may hold several names,\n"
        "in alphabetical order, with `; ` between them."
    ) in page


def test_documentation_is_that_of_the_queries() -> None:
    written = pages(load_catalogue(ROOT / "queries"))
    found = {
        path.relative_to(ROOT / "docs").as_posix(): path.read_text(encoding="utf-8")
        for path in (ROOT / "docs" / "queries.md", *(ROOT / "docs" / "queries").glob("*.md"))
    }
    assert found == written, "run trygghetsgraf queries --write docs"
