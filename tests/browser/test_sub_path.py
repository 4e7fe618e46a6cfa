"""The page behind nginx, below another path than the root, let in by a link."""

from pathlib import Path

import pytest

from tests.browser.conftest import OpenLab
from tests.browser.lab import XOR_PLACES
from tests.support.nginx import nginx, require_nginx
from tests.support.server import server_process

pytestmark = pytest.mark.browser

TOKEN = "a-token-of-this-test"  # noqa: S105 - no secret


def test_below_another_path_the_link_lets_in_and_everything_of_the_page_works(
    make_lab: OpenLab, tmp_path: Path
) -> None:
    require_nginx()
    with (
        server_process("--trusted-proxy", "127.0.0.1", environment={"BOUNDARY_LAB_TOKEN": TOKEN}) as process,
        nginx(tmp_path, [process.port] * 3) as front,
    ):
        lab = make_lab(front.address)
        asked: list[str] = []
        lab.page.on("request", lambda request: asked.append(request.url))
        lab.page.goto(front.address.removesuffix("/") + f"?token={TOKEN}")
        lab.until_phase("live")
        assert lab.page.url == front.address
        (cookie,) = lab.page.context.cookies()
        assert cookie["path"] == "/lab"
        lab.draw(XOR_PLACES)
        lab.start()
        lab.until(lambda: bool(lab.frames) and lab.frames[-1].step > 0)
        lab.choose_dataset("Circle")
        assert lab.reload()["resumed"]
        outside = front.address.removesuffix("lab/")
        assert [url for url in asked if url.startswith(outside) and "/lab" not in url] == []
        lab.page.close()
