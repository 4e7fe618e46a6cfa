"""The page and the other addresses: what is served, with which headers, and what is not."""

import json
import re
from typing import get_args

import pytest

from backend.guarded import SECURITY_HEADERS
from backend.logic.generators import DatasetName
from tests.support.client import Client
from tests.support.http import fetch
from tests.support.server import ROOT, LocalServer


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("", 200),
        ("index.html", 200),
        ("main.js", 200),
        ("healthz", 200),
        ("readyz", 200),
        ("datasets.json", 200),
        ("metrics", 200),
        ("nothing", 404),
        ("nothing.html", 404),
        ("views/", 404),
        ("views", 404),
        ("ws/", 404),
        ("ws/0123", 404),
        ("ws/" + "g" * 32, 404),
        ("ws/" + "A" * 32, 404),
        ("ws/" + "0" * 33, 404),
        ("ws/" + "0" * 32, 400),
        ("%00.html", 404),
        ("class", 200),
        ("class.json", 200),
        ("class.svg", 404),
    ],
)
async def test_every_answer_carries_the_security_headers(server: LocalServer, path: str, status: int) -> None:
    response = await fetch(server.address, path)
    assert response.code == status
    assert {name: response.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert "Server" not in response.headers
    assert "Access-Control-Allow-Origin" not in response.headers


async def test_the_page_is_html_that_asks_for_nothing_from_elsewhere(server: LocalServer) -> None:
    response = await fetch(server.address)
    assert response.headers["Content-Type"].startswith("text/html")
    page = response.body.decode()
    assert re.findall(r'(?:src|href)="((?:[a-z]+:)?/[^"]*)"', page) == []
    scripts = re.findall(r'<script[^>]*src="([^"]+)"', page)
    assert scripts
    for script in scripts:
        loaded = await fetch(server.address, script)
        assert (loaded.code, loaded.headers["Content-Type"].split(";")[0]) == (200, "text/javascript")


async def test_the_ready_datasets_are_told_with_points_of_their_generators(server: LocalServer, client: Client) -> None:
    response = await fetch(server.address, "datasets.json")
    assert response.headers["Content-Type"].startswith("application/json")
    told = {entry["name"]: entry for entry in json.loads(response.body)}
    assert tuple(told) == get_args(DatasetName)
    assert all(len(entry["points"]) == 200 for entry in told.values())
    assert told["rings"]["classes"] == [2, 8]
    await client.request("LOAD_DATASET", dataset="moons", seed=7)
    await client.until(lambda: bool(client.of_type("POINTS")))
    moons = [[round(x, 2), round(y, 2), label] for _, x, y, label, _ in client.last("POINTS")["points"]]
    assert told["moons"] == {"name": "moons", "problem": "classification", "classes": [2, 2], "points": moons}
    assert told["plane"]["problem"] == "regression"
    slope = told["plane"]["points"]
    assert [value for *_, value in slope] == pytest.approx(
        [max(-1, min(1, (x + y) / 10)) for x, y, *_ in slope], abs=0.01
    )


@pytest.mark.parametrize("path", ["main.js", "datasets.json"])
async def test_a_file_of_the_page_that_is_already_there_is_not_sent_again(server: LocalServer, path: str) -> None:
    first = await fetch(server.address, path)
    assert first.headers["Cache-Control"] == "no-cache"
    again = await fetch(server.address, path, headers={"If-None-Match": first.headers["Etag"]})
    assert (again.code, again.body) == (304, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
@pytest.mark.parametrize("path", ["", "datasets.json", "healthz", "readyz", "metrics"])
async def test_nothing_can_be_written(server: LocalServer, method: str, path: str) -> None:
    assert (await fetch(server.address, path, method=method)).code == 405


@pytest.mark.parametrize(
    "path",
    [
        "../README.md",
        "../backend/app.py",
        "..%2fbackend%2fapp.py",
        "%2e%2e/backend/app.py",
        "%2e%2e%2fbackend%2fapp.py",
        "..%5cbackend%5capp.py",
        "views/../../backend/app.py",
        "views/..%2f..%2fbackend/app.py",
        "../frontend/../backend/app.py",
        "/etc/hosts.conf",
        f"{ROOT}/backend/app.py",
        f"/{ROOT}/backend/app.py",
        "%2f" + str(ROOT / "backend/app.py").lstrip("/"),
        "..%c0%afbackend/app.py",
        "%252e%252e%252fbackend%252fapp.py",
        "..%2f..%2f..%2f..%2fetc%2fhosts.conf",
        "views/%2e%2e/%2e%2e/backend/app.py",
        "..;/backend/app.py",
        "....//backend/app.py",
        "%2e%2e%5c%2e%2e%5cbackend%5capp.py",
        "file:///etc/hosts.conf",
        "..",
        "../",
    ],
)
async def test_no_path_leads_out_of_the_folder_of_the_page(server: LocalServer, path: str) -> None:
    response = await fetch(server.address, path)
    assert response.code in {400, 403, 404}
    assert b"import" not in response.body
