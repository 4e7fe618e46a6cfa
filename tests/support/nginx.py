"""A real nginx on the loopback address, made of the files in deploy/nginx/ as they are shipped."""

import os
import re
import select
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.support.ports import free_port
from tests.support.server import ROOT
from tests.support.tools import find_server

SHIPPED: Final = ROOT / "deploy" / "nginx"
DEADLINE_S: Final = 30

_MAIN: Final = """
{user}
worker_processes 2;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/start.log;
events {{ worker_connections 2048; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    access_log {folder}/access.log;
    include conf.d/*.conf;
}}
"""
"""What a system's own nginx.conf has around ours."""


@dataclass(frozen=True)
class Nginx:
    """An nginx that runs.

    Attributes:
        address: of the lab, `http://127.0.0.1:port/lab/`.
        folder: where its files are.
    """

    address: str
    folder: Path

    def logs(self) -> str:
        """All that it has written to logs."""
        return "".join(log.read_text() for log in sorted(self.folder.glob("*.log")))


def require_nginx() -> None:
    """Skip where nginx is not installed; under CI that is a failure."""
    if find_server("nginx") is None:
        if os.environ.get("CI"):
            pytest.fail("`python -m tests.support.tools servers` installs nginx under CI", pytrace=False)
        pytest.skip("nginx is not installed")


@contextmanager
def nginx(folder: Path, backends: Sequence[int], certificate: tuple[Path, Path] | None = None) -> Iterator[Nginx]:
    """Run nginx in front of processes until the block ends.

    Args:
        folder: an empty one, for its files.
        backends: the ports that stand for 8881, 8882 and 8883.
        certificate: with TLS, the files of certificate and key; None for plain HTTP.
    """
    site = "plain.conf" if certificate is None else "tls.conf"
    ports = {"80": free_port(), "443": free_port()}
    places = {f"127.0.0.1:{8881 + place}": f"127.0.0.1:{port}" for place, port in enumerate(backends)}
    logs = {"/var/log/nginx/boundary-lab.log": str(folder / "boundary-lab.log")}
    _put(SHIPPED / "boundary-lab.conf", folder / "conf.d", places)
    _put(SHIPPED / "boundary-lab-locations.conf", folder / "snippets", logs)
    listening = {f"listen {name}": f"listen 127.0.0.1:{port}" for name, port in ports.items() if name == "80"}
    # A container need not have IPv6.
    listening[r"    listen \[::\]:80;\n"] = ""
    if certificate is not None:
        listening |= {r"listen 443": f"listen 127.0.0.1:{ports['443']}", r"    listen \[::\]:443 ssl http2;\n": ""}
        listening |= {r"/etc/letsencrypt/\S+/fullchain.pem": str(certificate[0])}
        listening |= {r"/etc/letsencrypt/\S+/privkey.pem": str(certificate[1])}
    _put(SHIPPED / site, folder / "conf.d", listening)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(_MAIN.format(folder=folder, user=user))
    program = find_server("nginx")
    assert program is not None
    process = subprocess.Popen(
        [program, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "start.log"], stderr=subprocess.PIPE
    )
    try:
        _wait_until_it_listens(folder, process)
        scheme, port = ("http", ports["80"]) if certificate is None else ("https", ports["443"])
        yield Nginx(f"{scheme}://127.0.0.1:{port}/lab/", folder)
    finally:
        process.terminate()
        process.communicate(timeout=DEADLINE_S)


def _put(shipped: Path, folder: Path, replaced: Mapping[str, str]) -> None:
    """Copy a shipped file, with other places in it. Each of them has to be there, or the file is not what was meant.

    Args:
        shipped: the file.
        folder: where the copy goes.
        replaced: expressions of what is there, and what stands for it.
    """
    text = shipped.read_text()
    for place, other in replaced.items():
        text, count = re.subn(place, other, text)
        assert count > 0, f"{shipped.name} has no {place}"
    folder.mkdir(exist_ok=True)
    (folder / shipped.name).write_text(text)


def _wait_until_it_listens(folder: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until it lets go of its standard error, which it does when it listens and has written its process file."""
    told, stderr = b"", process.stderr
    assert stderr is not None
    while select.select([stderr], [], [], DEADLINE_S)[0]:
        part = os.read(stderr.fileno(), 4096)
        if not part:
            break
        told += part
    else:
        raise TimeoutError
    assert (folder / "nginx.pid").exists(), told.decode() + (folder / "start.log").read_text()
