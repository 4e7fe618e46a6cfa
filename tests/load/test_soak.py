"""A short soak and a short lesson: nothing is lost, and nothing stays of those who have gone."""

import random

from tests.bench import networks
from tests.load.classroom import teach
from tests.load.pupil import Pupil
from tests.load.soak import RESUME_WINDOW_S, Plan, soak, soaked_server
from tests.load.tally import Steps, Tally
from tests.load.watch import slope
from tests.support.runs import tell_figure
from tests.support.server import server_process


async def test_of_a_crowd_that_comes_and_goes_nothing_is_lost_and_nothing_stays() -> None:
    plan = Plan(warm_up_s=1, duration_s=6, stayers=2, visitors=6)
    with soaked_server() as (server, runs):
        soaked = await soak(server, runs, plan)
        assert "Traceback" not in server.log()
    tell_figure(f"{soaked.tally.done}, threads {soaked.before.threads}, descriptors {soaked.before.descriptors}")
    assert soaked.tally.sentences == []
    assert soaked.tally.done["visits"] >= plan.visitors
    assert max(soaked.run_bytes) > 0
    assert soaked.files_left == 0
    assert soaked.after.threads <= soaked.before.threads
    assert soaked.after.descriptors <= soaked.before.descriptors
    assert min(soaked.frames_per_second) > 0


async def test_of_a_class_that_edits_nothing_is_lost() -> None:
    with server_process("--resume-window-s", f"{RESUME_WINDOW_S:g}") as server:
        lesson = await teach(server.address, networks.different(4), 3)
    assert lesson.tally.sentences == []
    assert min(lesson.steps_per_second) > 0


async def test_what_is_lost_is_told() -> None:
    tally = Tally()
    with server_process() as server:
        pupil = Pupil(server.address, tally, random.Random(0).random())  # noqa: S311 - no secret
        await pupil.come()
        await pupil.add([(0.25, 1.0, 0), (2.0, -1.5, 1)])
        pupil.rows[2] = (2.0, -1.75, 1)
        pupil.drop()
        await pupil.resume()
        await pupil.ask("ADD_POINT", x=7, y=0, label=0)
        pupil.see_step(pupil.map_steps, 10)
        pupil.see_step(pupil.map_steps, 9)
        pupil.leave()
    assert tally.losses == {"points": 1, "commands": 1, "steps": 1}


def test_steps_may_go_back_once_for_each_time_that_weights_are_made_anew() -> None:
    steps = Steps()
    seen = [steps.see(step) for step in (0, 5, 5, 8)]
    steps.renew()
    seen += [steps.see(step) for step in (9, 0, 3, 2)]
    assert seen == [True] * 7 + [False]


def test_a_slope_is_that_of_the_nearest_line() -> None:
    assert slope([0, 1, 2, 3], [1, 3, 5, 7]) == 2
    assert slope([0, 1, 2], [5, 8, 5]) == 0
    assert slope([], []) == slope([4], [2]) == 0
