"""What the tests of the reading chain share: the real ontology and a small invented project."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import settings

from trygghetsgraf.build import build
from trygghetsgraf.documents import Work, load_work
from trygghetsgraf.names import Names
from trygghetsgraf.ontology import Ontology, load_ontology
from trygghetsgraf.reading import Reading, read_facts
from trygghetsgraf.reference import load_reference
from trygghetsgraf.settings import load_settings
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.yamlfile import YamlFile

ROOT = Path(__file__).resolve().parents[1]

# a busy machine is no fault
settings.register_profile("project", deadline=None)
settings.load_profile("project")

#: two text versions of one invented answer; the second is worded differently in two places
TEXTS = {
    "tallbro-a.txt": """\
Svar på interpellation om trygghet

Tallbro har anställt tre trygghetsvärdar. Vi kommer att sätta upp
ungefär 40 kameror i centrum.

Lokalpolisen säger att vi aldrig har haft sex områdespoliser.

- Vi vill inrätta en trygghetsfond
- Tryggheten är för låg

Har du frågor? Ring 08-123 456 78.
""",
    "tallbro-b.txt": """\
Kommunfullmäktige

Svar på interpellation om trygghet

Tallbro har anställt tre trygghetsvårdar. Vi kommer att sätta upp ungefär 40 kameror i centrum.
Lokalpolisen säger att vi aldrig har haft sex områdespoliser.

• Vi vill inrätta en trygghetsfond
• Tryggheten är för låg

Har du frågor? Ring 08-123 456 78.
""",
}

METADATA = """\
work: tallbro-svar
a: InterpellationAnswer
kind: interpellationssvar
title: {sv: Svar om trygghet i Tallbro, en: Answer on safety in Tallbro}
publisher: tallbro
area: tallbro
language: sv
date:
  day: 2022-03-04
  reason: {sv: Dagen står i texten., en: The text has the day.}
status_date: 2022-03-04
manifestations:
- key: a
  file: tallbro-a.txt
  sha256: $tallbro-a.txt
- key: b
  file: tallbro-b.txt
  sha256: $tallbro-b.txt
  note: {sv: Med rubrik., en: With a heading.}
  differences:
  - {texts: ["", Kommunfullmäktige], kind: missing}
  - {texts: [trygghetsvärdar., trygghetsvårdar.], kind: spelling}
"""

FACTS = """\
work: tallbro-svar

things:
  actor/anna-alm: {a: Person, sv: Anna Alm, memberOf: tallbro}
  actor/lokalpolisen-tallbro:
    a: OrganisationalUnit
    sv: Lokalpolisen i Tallbro
    en: Local police in Tallbro
    also: [Lokalpolisen]
    activeIn: tallbro
  measure/vardar: {sv: Trygghetsvärdar i Tallbro, en: Safety hosts in Tallbro}
  measure/kameror: {sv: Kameror i Tallbro, en: Cameras in Tallbro}
  measure/fond: {sv: Trygghetsfond i Tallbro, en: Safety fund in Tallbro}
  question/trygghet: {sv: Frågan om trygghet, en: The question of safety}

parts:
- part: svar
  sv: Svaret
  en: The answer
  answers: trygghet
  speaker: anna-alm
  passages:
  - quote: Svar på interpellation om trygghet
    claims:
    - force: states
      facts:
        question/trygghet a Question: {asker: anna-alm}
  - quote: Tallbro har anställt tre trygghetsvärdar.
    claims:
    - force: states
      from: 2021~
      facts:
        measure/vardar a Measure: {kind: trygghetsvard, status: ongoing, quantity: vardar}
        quantity/vardar a Quantity: {counts: trygghetsvard, value: 3}
  - quote: Vi kommer att sätta upp ungefär 40 kameror i centrum.
    claims:
    - force: commits
      facts:
        measure/kameror a Measure: {kind: kamera, status: planned, responsibleActor: tallbro}
  - quote: Lokalpolisen säger att vi aldrig har haft sex områdespoliser.
    claims:
    - force: states
      relays:
        speaker: lokalpolisen-tallbro
        force: states
        polarity: negative
        facts:
          quantity/vardar: {value: 6}
- part: lista
  sv: Listan
  en: The list
  item: 1
  speaker: [anna-alm, tallbro]
  passages:
  - quote: Vi vill inrätta en trygghetsfond
    claims:
    - force: wants
      framedBy: lista
      facts:
        measure/fond a Measure: {kind: trygghetsfond, status: proposed, purpose: ökad trygghet}
  - quote: Tryggheten är för låg
    claims:
    - force: judges
      gist: {sv: Tryggheten är för låg., en: Safety is too low.}
  - quote: Har du frågor?
    unclaimed: how to ask
"""

REFERENCE = """\
source: {sv: Påhittat., en: Invented.}
things:
  area/sverige: {a: AdministrativeArea, sv: Sverige, en: Sweden, areaKind: land}
"""

TABLES = {
    "counties.csv": "code,name,full_name\n90,Skog,Skogs län\n",
    "municipalities.csv": (
        "code,name,full_name,county_code,latitude,longitude,wikidata\n"
        "9001,Tallbro,Tallbro kommun,90,59.5,17.25,Q1\n"
    ),
    "parties.csv": "letter,name,name_en,wikidata\nG,Granpartiet,Spruce Party,Q2\n",
}


@pytest.fixture(scope="session", autouse=True)
def _two_workers() -> Iterator[None]:
    """Servers have two web workers, whatever the machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRYGGHETSGRAF_WORKERS", "2")
        yield


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    """The ontology and the vocabularies of this checkout."""
    return load_ontology(ROOT)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project folder: the real ontology and vocabularies, one invented document."""
    data = tmp_path / "data"
    for name in ("documents", "facts", "reference"):
        (data / name).mkdir(parents=True)
    (data / "vocab").symlink_to(ROOT / "data" / "vocab")
    (tmp_path / "ontology").symlink_to(ROOT / "ontology")
    (tmp_path / "shapes").mkdir()
    for name, content in TABLES.items():
        (data / "reference" / name).write_text(content)
    (data / "reference" / "things.yaml").write_text(REFERENCE)
    (data / "facts" / "tallbro-svar.yaml").write_text(FACTS)
    metadata = METADATA
    for name, text in TEXTS.items():
        (data / "documents" / name).write_text(text)
        metadata = metadata.replace(f"${name}", hashlib.sha256(text.encode()).hexdigest())
    (data / "documents" / "tallbro-svar.yaml").write_text(metadata)
    return tmp_path


@pytest.fixture
def facts(project: Path) -> Path:
    """The fact file of the invented document."""
    return project / "data" / "facts" / "tallbro-svar.yaml"


@pytest.fixture
def names(project: Path, ontology: Ontology) -> Names:
    """The names of the invented reference data."""
    return load_reference(project / "data" / "reference", ontology)[0]


@pytest.fixture
def work(project: Path) -> Work:
    """The invented document."""
    return load_work(project / "data" / "documents" / "tallbro-svar.yaml")


@pytest.fixture
def reading(facts: Path, work: Work, names: Names) -> Reading:
    """The invented document as read."""
    return read_facts(YamlFile.read(facts), work, names)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with the graph of all documents of this checkout, built and published."""
    state = tmp_path_factory.mktemp("published")
    build(load_settings(project=ROOT, state=state))
    return state


@pytest.fixture(scope="session")
def store(published: Path) -> Iterator[ox.Store]:
    """The published graph of all documents, read-only."""
    with Snapshots(published).current() as snapshot:
        yield snapshot.open()
