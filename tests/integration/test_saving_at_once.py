"""Many who save, or save again and again, or for too long, or leave: each in turn, and nothing half written stays."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from backend.settings import Settings
from backend.socket_handler import TrainingSocket
from tests.support.client import Client, RefusedByServerError
from tests.support.kept_runs import Held, downloaded, left_in, outcome_of, phases, save
from tests.support.runs import begin_training, eventually, stop_training, train_on
from tests.support.server import local_server


async def test_a_session_has_one_save_under_way_and_a_line_is_told_who_comes_first(tmp_path: Path) -> None:
    held = Held()
    settings = Settings(runs_dir=tmp_path, max_waiting_saves=3)
    async with local_server(settings, check_script=held) as server, AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(Client(server.address)) for _ in range(4)]
        for client in clients:
            await begin_training(client)
        first, second, third, fourth = clients
        one = (await first.request("SAVE_RUN"))["id"]
        await first.until(lambda: ("checking", 0) in phases(first, one))
        with pytest.raises(RefusedByServerError, match="is being saved already") as busy:
            await first.request("SAVE_RUN")
        assert busy.value.code == "save_failed"
        two = (await second.request("SAVE_RUN"))["id"]
        await second.until(lambda: phases(second, two) == [("waiting", 1)])
        three = (await third.request("SAVE_RUN"))["id"]
        await third.until(lambda: phases(third, three) == [("waiting", 2)])
        with pytest.raises(RefusedByServerError, match="Too many runs"):
            await fourth.request("SAVE_RUN")
        for client in clients:
            await train_on(client)
        held.goes_on.set()
        for client, message_id in ((first, one), (second, two), (third, three)):
            assert (await outcome_of(client, message_id))["type"] == "RUN_SAVED"
        assert phases(third, three) == [("waiting", 2), ("waiting", 1), ("writing", 0), ("checking", 0)]
        assert (await save(fourth))["type"] == "RUN_SAVED"


async def test_whoever_saves_too_often_has_to_wait(tmp_path: Path) -> None:
    async with local_server(Settings(runs_dir=tmp_path, runs_per_minute=2)) as server, Client(server.address) as client:
        await begin_training(client)
        await stop_training(client)
        for _ in range(2):
            assert (await save(client))["type"] == "RUN_SAVED"
        with pytest.raises(RefusedByServerError, match="very often"):
            await client.request("SAVE_RUN")


async def test_what_was_asked_on_a_connection_that_left_before_it_was_begun_is_not_done(tmp_path: Path) -> None:
    async with local_server(Settings(runs_dir=tmp_path)) as server, Client(server.address) as client:
        await begin_training(client)
        place = server.app.services.registry.connected(client.session_id)
        assert place is not None
        _, socket = place
        assert isinstance(socket, TrainingSocket)
        asked = socket.on_message('{"type": "SAVE_RUN"}')
        assert asked is not None
        socket.close()
        await asked
        assert not server.app.services.shelf.desk(client.session_id).is_saving


async def test_a_save_that_takes_too_long_is_given_up_and_leaves_nothing(tmp_path: Path) -> None:
    async with (
        local_server(Settings(runs_dir=tmp_path, save_timeout_s=0.2), check_script=Held()) as server,
        Client(server.address) as client,
    ):
        await begin_training(client)
        refused = await save(client)
        assert (refused["code"], left_in(tmp_path)) == ("save_failed", [])
        assert "took too long" in refused["message"]
        await train_on(client)


async def test_where_runs_are_kept_a_save_goes_on_when_its_session_has_gone(tmp_path: Path) -> None:
    held = Held()
    settings = Settings(runs_dir=tmp_path, resume_window_s=0.01)
    async with local_server(settings, check_script=held) as server:
        async with Client(server.address) as client:
            await begin_training(client)
            message_id = (await client.request("SAVE_RUN"))["id"]
            await client.until(lambda: ("checking", 0) in phases(client, message_id))
        await eventually(lambda: len(server.app.services.registry) == 0)
        held.goes_on.set()
        await eventually(lambda: len(left_in(tmp_path)) == 1 and not left_in(tmp_path)[0].startswith("."))


async def test_who_has_the_session_by_then_is_told_of_a_save_and_numbers_are_those_of_who_asked(tmp_path: Path) -> None:
    held = Held()
    async with local_server(Settings(runs_dir=tmp_path), check_script=held) as server:
        async with Client(server.address) as client:
            await begin_training(client)
            message_id = (await client.request("SAVE_RUN"))["id"]
            await client.until(lambda: ("checking", 0) in phases(client, message_id))
        async with Client(server.address, client.session_id) as again:
            held.goes_on.set()
            await again.until(lambda: bool(again.of_type("RUN_SAVED")))
            saved = again.last("RUN_SAVED")
            assert (saved["id"], saved["directory"] is None) == (None, False)
            assert await downloaded(server.address, again, saved, "/train.py")
            held.goes_on.clear()
            message_id = (await again.request("SAVE_RUN", tensorboard=True))["id"]
            await again.until(lambda: ("checking", 0) in phases(again, message_id))
            async with Client(server.address, client.session_id, headers={"X-Forwarded-For": "10.1.2.3"}) as far:
                held.goes_on.set()
                await far.until(lambda: bool(far.of_type("RUN_SAVED")))
                assert far.last("RUN_SAVED")["directory"] is None
                held.goes_on.clear()
                await far.request("SAVE_RUN", fiftyone=True)
                async with Client(server.address, client.session_id) as last:
                    server.app.services.saver.break_off()
                    await last.until(lambda: bool(last.of_type("ERROR")))
                    assert (last.last("ERROR")["id"], last.last("ERROR")["code"]) == (None, "save_failed")


async def test_a_server_that_ends_breaks_saves_off_and_nothing_half_written_stays(tmp_path: Path) -> None:
    async with local_server(Settings(runs_dir=tmp_path), check_script=Held()) as server:
        clients = [Client(server.address) for _ in range(3)]
        for client in clients:
            await client.connect()
            await begin_training(client)
        first, *_ = [(await client.request("SAVE_RUN"))["id"] for client in clients]
        await clients[0].until(lambda: ("checking", 0) in phases(clients[0], first))
        assert len(left_in(tmp_path)) == 1
    assert left_in(tmp_path) == []
    for client in clients:
        await client.close()
        assert client.of_type("RUN_SAVED") == []
