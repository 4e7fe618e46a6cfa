"""A page that comes back after its run was saved hears of it, and has its files, also when its session has ended."""

from pathlib import Path

import pytest

from backend.settings import Settings
from tests.support.client import Client, Message
from tests.support.kept_runs import Held, downloaded, left_in, unzipped
from tests.support.runs import begin_training, eventually
from tests.support.server import LocalServer, local_server


async def leave_while_saving(server: LocalServer, check: Held) -> str:
    """The session of a page that has gone in the middle of a save."""
    async with Client(server.address) as client:
        await begin_training(client)
        await client.request("SAVE_RUN")
        await client.until(lambda: client.last("RUN_SAVING")["phase"] == "checking")
    assert not check.goes_on.is_set()
    await eventually(lambda: server.app.services.registry.connected(client.session_id) is None)
    return client.session_id


async def heard(client: Client, kind: str) -> Message:
    """What is told of the save without being asked."""
    await client.until(lambda: bool(client.of_type(kind)))
    return client.last(kind)


async def test_a_page_that_comes_back_when_its_run_is_saved_hears_of_it_and_can_download_it(tmp_path: Path) -> None:
    check = Held()
    async with local_server(Settings(runs_dir=tmp_path), check_script=check) as server:
        session_id = await leave_while_saving(server, check)
        check.goes_on.set()
        await eventually(lambda: len(left_in(tmp_path)) == 1 and not left_in(tmp_path)[0].startswith("."))
        async with Client(server.address, session_id) as client:
            assert client.session["resumed"] is True
            saved = await heard(client, "RUN_SAVED")
            assert (saved["id"], [saved["run_id"]]) == (None, left_in(tmp_path))
            assert "state.json" in unzipped(await downloaded(server.address, client, saved))


async def test_a_page_that_comes_back_when_its_session_has_ended_hears_of_it_and_can_download_it(
    tmp_path: Path,
) -> None:
    check = Held()
    settings = Settings(runs_dir=tmp_path, resume_window_s=0.05)
    async with local_server(settings, check_script=check) as server:
        session_id = await leave_while_saving(server, check)
        await eventually(lambda: session_id not in server.app.services.registry)
        check.goes_on.set()
        await eventually(lambda: len(left_in(tmp_path)) == 1 and not left_in(tmp_path)[0].startswith("."))
        async with Client(server.address, session_id) as client:
            assert client.session["resumed"] is False
            saved = await heard(client, "RUN_SAVED")
            assert [saved["run_id"]] == left_in(tmp_path)
            assert "state.json" in unzipped(await downloaded(server.address, client, saved))


async def test_a_new_session_of_the_same_page_hears_of_the_save_of_the_one_before(tmp_path: Path) -> None:
    check = Held()
    settings = Settings(runs_dir=tmp_path, resume_window_s=0.05)
    async with local_server(settings, check_script=check) as server:
        session_id = await leave_while_saving(server, check)
        await eventually(lambda: session_id not in server.app.services.registry)
        async with Client(server.address, session_id) as client:
            check.goes_on.set()
            saved = await heard(client, "RUN_SAVED")
            assert await downloaded(server.address, client, saved)


async def test_where_runs_are_not_kept_a_page_whose_session_ended_after_the_save_hears_that_the_run_is_gone(
    tmp_path: Path,
) -> None:
    check = Held()
    async with local_server(Settings(runs_dir=tmp_path, saving=False), check_script=check) as server:
        session_id = await leave_while_saving(server, check)
        check.goes_on.set()
        there = server.app.services.shelf.directory()
        await eventually(lambda: len(left_in(there)) == 1 and not left_in(there)[0].startswith("."))
        await eventually(lambda: not server.app.services.shelf.desk(session_id).is_saving)
        assert server.app.services.registry.end_longest_idle(1, 0.0) == 1
        async with Client(server.address, session_id) as client:
            error = await heard(client, "ERROR")
        assert (error["code"], "its session ended" in error["message"]) == ("save_failed", True)


@pytest.mark.parametrize("again", [1, 2])
async def test_where_runs_are_not_kept_a_page_that_comes_back_too_late_hears_that_it_was_not_saved(
    tmp_path: Path, again: int
) -> None:
    check = Held()
    settings = Settings(runs_dir=tmp_path, saving=False, resume_window_s=0.05)
    async with local_server(settings, check_script=check) as server:
        session_id = await leave_while_saving(server, check)
        await eventually(lambda: session_id not in server.app.services.registry)
        # Who may not have heard it is told again.
        for _ in range(again):
            async with Client(server.address, session_id) as client:
                error = await heard(client, "ERROR")
        assert (error["code"], "its session ended" in error["message"]) == ("save_failed", True)
