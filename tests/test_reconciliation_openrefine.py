"""OpenRefine itself, as a client of the reconciliation service."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from tests.served import ask, served

pytestmark = pytest.mark.slow

TABLE = """\
who,code
Huddinge,0126
Hudinge,0126
Habo kommun,0643
Socialdemokraterna i Haninge,0136
Xyzzy,0126
"""
ENGINE = json.dumps({"facets": [], "mode": "row-based"})


@dataclass
class Project:
    """A table in a running OpenRefine."""

    url: str
    id: str

    def do(self, command: str, **fields: object) -> Any:
        """Carry out a command and wait until it is done."""
        token = requests.get(f"{self.url}/command/core/get-csrf-token", timeout=30).json()["token"]
        answer = requests.post(
            f"{self.url}/command/core/{command}",
            params={"project": self.id, "csrf_token": token},
            data={n: v if isinstance(v, str) else json.dumps(v) for n, v in fields.items()},
            timeout=60,
        ).json()
        assert answer["code"] in ("ok", "pending"), answer
        until = time.monotonic() + 60
        while self._read("get-processes")["processes"]:
            assert time.monotonic() < until
            time.sleep(0.1)
        return answer

    def rows(self, template: str) -> list[list[str]]:
        """The table with what an expression makes of the column ``who``."""
        self.do(
            "add-column",
            baseColumnName="who",
            expression=template,
            newColumnName="found",
            columnInsertIndex="1",
            onError="set-to-blank",
            engine=ENGINE,
        )
        exported = requests.post(
            f"{self.url}/command/core/export-rows",
            data={"project": self.id, "format": "csv", "engine": ENGINE},
            timeout=60,
        )
        return list(csv.reader(io.StringIO(exported.text)))

    def _read(self, command: str) -> Any:
        return requests.get(
            f"{self.url}/command/core/{command}", params={"project": self.id}, timeout=30
        ).json()


@pytest.fixture(scope="module")
def service(published: Path) -> Iterator[str]:
    with served(published) as running:
        yield f"{running.url}/api/reconcile/en"


@pytest.fixture(scope="module")
def openrefine(service: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running OpenRefine, which ends before the service that it keeps asking."""
    program = shutil.which("openrefine")
    if program is None:
        message = "needs OpenRefine: apt-get install openrefine"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("openrefine")
    options = ["-i", "127.0.0.1", "-p", str(port), "-d", str(folder), "-m", "512M"]
    url = f"http://127.0.0.1:{port}"
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            [program, *options, "-x", "refine.headless=true"],
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as running,
    ):
        try:
            _wait(url, running)
            yield url
        finally:
            os.killpg(running.pid, 15)


def _wait(url: str, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while True:
        try:
            if ask(url, "GET", "/command/core/get-version").status == 200:
                return
        except OSError:
            assert running.poll() is None
            assert time.monotonic() < until
            time.sleep(0.5)


@pytest.fixture
def project(openrefine: str) -> Project:
    token = requests.get(f"{openrefine}/command/core/get-csrf-token", timeout=30).json()["token"]
    options = {"separator": ",", "headerLines": 1, "guessCellValueTypes": False}
    created = requests.post(
        f"{openrefine}/command/core/create-project-from-upload",
        params={
            "csrf_token": token,
            "format": "text/line-based/*sv",
            "options": json.dumps(options),
        },
        files={"project-file": ("table.csv", TABLE)},
        data={"project-name": "table"},
        timeout=60,
    )
    return Project(openrefine, created.url.rpartition("project=")[2])


def test_column_is_matched_and_extended(project: Project, service: str) -> None:
    manifest = requests.get(service, timeout=30).json()
    spaces = {
        "identifierSpace": manifest["identifierSpace"],
        "schemaSpace": manifest["schemaSpace"],
    }
    guessed = project.do("guess-types-of-column", columnName="who", service=service)
    assert "Actor" in [type_["id"] for type_ in guessed["types"]]
    project.do(
        "reconcile",
        columnName="who",
        config={
            "mode": "standard-service",
            "service": service,
            **spaces,
            "type": {"id": "Actor", "name": "actor"},
            "autoMatch": True,
            "columnDetails": [
                {
                    "column": "code",
                    "propertyName": "municipality code",
                    "propertyID": "municipalityCode",
                }
            ],
            "limit": 0,
        },
        engine=ENGINE,
    )
    project.do(
        "extend-data",
        baseColumnName="who",
        endpoint=service,
        **spaces,
        columnInsertIndex="1",
        extension={
            "properties": [
                {"id": "partyGroupOf", "name": "party"},
                {"id": "municipalityCode", "name": "municipality code"},
            ]
        },
        engine=ENGINE,
    )
    found = "if(cell.recon.matched, cell.recon.match.id, 'best: ' + cell.recon.best.id)"
    assert project.rows(found) == [
        ["who", "found", "local group of", "municipality code", "code"],
        ["Huddinge kommun", "actor/huddinge", "", "0126", "0126"],
        ["Hudinge", "best: actor/huddinge", "", "", "0126"],
        ["Habo kommun", "actor/habo-0643", "", "0643", "0643"],
        [
            "Social Democrats in Haninge",
            "actor/s-haninge",
            "Swedish Social Democratic Party",
            "0136",
            "0136",
        ],
        ["Xyzzy", "", "", "", "0126"],
    ]
