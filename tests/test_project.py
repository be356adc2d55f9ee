"""The project holds itself to its own rules: one version, one order of reading, one lock."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import trygghetsgraf

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "server" / "trygghetsgraf"
LOCK = ROOT / "requirements.txt"

#: each module, or folder of modules, imports only from those before it
READING_ORDER = (
    "errors",
    "settings",
    "namespaces",
    "terms",
    "texts",
    "yamlfile",
    "documents",
    "literals",
    "ontology",
    "facts",
    "names",
    "reference",
    "resolution",
    "reading",
    "claims",
    "naming",
    "graph",
    "inference",
    "dumps",
    "report",
    "validation",
    "background",
    "statistics",
    "sources",
    "compilation",
    "provenance",
    "laststatus",
    "store",
    "writes",
    "query",
    "saved",
    "reconciliation",
    "releases",
    "withdrawing",
    "build",
    "description",
    "linked",
    "site",
    "web",
    "client",
    "cli_queries",
    "cli_writes",
    "bench",
    "display",
    "cli",
    "__main__",
)

MODULES = sorted(PACKAGE.rglob("*.py"))
module = pytest.mark.parametrize(
    "path", MODULES, ids=[path.relative_to(PACKAGE).as_posix() for path in MODULES]
)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name_of(path: Path) -> str:
    """Dotted name inside the package: store/pool.py → store.pool, store/__init__.py → store."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


NAMES = {name_of(path) for path in MODULES}


def imports(path: Path) -> Iterator[str]:
    """Dotted names inside the package of the modules that a module imports, wherever it does."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            first, _, rest = name.partition(".")
            while first == "trygghetsgraf" and rest and rest not in NAMES:
                rest = rest.rpartition(".")[0]
            if first == "trygghetsgraf" and rest:
                yield rest


def uses(path: Path) -> set[str]:
    """Dotted names that a module reads or calls: print, os.environ, sys.exit."""
    nodes = ast.walk(tree(path))
    found = {ast.unparse(node) for node in nodes if isinstance(node, ast.Name | ast.Attribute)}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@module
def test_module_imports_only_from_those_before_it(path: Path) -> None:
    if path == PACKAGE / "__init__.py":
        assert list(imports(path)) == []
        return
    element = name_of(path).partition(".")[0]
    assert element in READING_ORDER, "add it to READING_ORDER and to docs/architecture.md"
    before = READING_ORDER[: READING_ORDER.index(element) + 1]
    assert [name for name in imports(path) if name.partition(".")[0] not in before] == []


def test_modules_of_a_folder_import_each_other_in_one_direction() -> None:
    graph: defaultdict[str, set[str]] = defaultdict(set)
    for path in MODULES:
        graph[name_of(path)] |= set(imports(path)) - {name_of(path)}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


@module
def test_environment_is_read_by_settings_alone(path: Path) -> None:
    if name_of(path) != "settings":
        assert uses(path) & {"os.environ", "os.environb", "os.getenv"} == set()


@module
def test_library_never_prints_or_exits(path: Path) -> None:
    if name_of(path).partition(".")[0] != "cli":
        assert uses(path) & {"print", "sys.exit", "SystemExit"} == set()


def test_version_is_that_of_the_newest_changelog_entry() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[(.+?)\] - \d{4}-\d\d-\d\d$", changelog, re.MULTILINE)
    assert newest is not None
    assert newest[1] == trygghetsgraf.__version__


def test_every_test_is_in_a_file_that_pytest_collects() -> None:
    missed = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("*.py")
        if not path.name.startswith("test_") and re.search(r"^\s*def test_", path.read_text(), re.M)
    ]
    assert missed == []


@cache
def locked() -> dict[str, tuple[str, str]]:
    """Name → version and the rest of its entry, for every package in the lock."""
    entries = re.split(r"^(?=[a-z0-9])", LOCK.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    found = {}
    for entry in entries:
        name, version = re.split(r"==|[ ;\\]", entry, maxsplit=2)[:2]
        found[name] = (version, entry)
    return found


def declared() -> dict[str, Requirement]:
    """Name → requirement, for everything that pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    return {canonicalize_name(one.name): one for one in map(Requirement, wanted)}


def test_lock_holds_what_pyproject_declares() -> None:
    roots = {name for name, (_, entry) in locked().items() if "trygghetsgraf (pyproject" in entry}
    assert roots == declared().keys(), "run scripts/lock"
    unmet = [
        str(one)
        for name, one in declared().items()
        if not one.specifier.contains(locked()[name][0])
    ]
    assert unmet == [], "run scripts/lock"


def test_lock_pins_every_package_with_hashes() -> None:
    without = [name for name, (_, entry) in locked().items() if "--hash=sha256:" not in entry]
    assert without == [], "run scripts/lock"


def test_lock_names_no_address() -> None:
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    assert [
        line for line in lines if re.search(r"://|^\s*-|@ ", line) and "--hash" not in line
    ] == []


@cache
def files() -> tuple[Path, ...]:
    """The files of the project: those that git keeps, and new ones that it would."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("needs a git checkout: apt-get install git, git clone")
    command = [git, "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return tuple(path for name in listed.split("\0")[:-1] if (path := ROOT / name).is_file())


def test_npm_lock_names_no_address() -> None:
    locks = [path for path in files() if path.name == "package-lock.json"]
    assert [path for path in locks if '"resolved"' in path.read_text(encoding="utf-8")] == []


def test_no_file_names_a_path_of_one_machine() -> None:
    machine_path = re.compile(rb"(?<![\w.{}<>-])/(?:work|root|home/\w+|Users/\w+)/\w")
    found = {
        path.relative_to(ROOT).as_posix(): match[0]
        for path in files()
        if (match := machine_path.search(path.read_bytes()))
    }
    assert found == {}


def test_scripts_can_be_run() -> None:
    scripts = [path for path in (ROOT / "scripts").iterdir() if not path.suffix and path.is_file()]
    assert [path.name for path in scripts if not path.stat().st_mode & 0o111] == []
