"""Says how a crowd did."""

import statistics

from tests.bench.crowd import Measured
from tests.bench.crowds import Crowd
from tests.bench.figures import percentile_of_buckets, slowest_over_fastest
from tests.bench.report import Report
from tests.bench.steps import alone_rate


def report_crowd(report: Report, crowd: Crowd, measured: Measured) -> None:
    """Say what came out."""
    goals = crowd.goals
    frames, rates = measured.frames_per_second, measured.steps_per_second
    report.ratios("steps/s in all over plain", measured.ratios, goal=goals.get("ratio"))
    report.value("frames/s each: least", min(frames), samples=frames, goal=goals.get("frames"))
    report.value("frames/s each: median", statistics.median(frames), samples=frames)
    report.value("cells in a row of the coarsest map", measured.side, digits=0, goal=goals.get("side"))
    in_all = measured.steps_in_all
    report.value("steps/s in all", statistics.median(in_all), digits=0, samples=in_all)
    report.value("steps/s of a session: median", statistics.median(rates), digits=0, samples=rates)
    if len(rates) > 1:
        if len(set(crowd.shapes)) > 1:
            # Each is given the same time: what a step takes is its network's own business.
            shares = [rate / alone_rate(shape) for rate, shape in zip(rates, crowd.shapes, strict=True)]
            name = "slowest/fastest, steps/s over those of its network alone"
        else:
            shares, name = rates, "slowest/fastest, steps/s"
        report.value(name, slowest_over_fastest(shares), digits=2, samples=shares, goal=goals.get("fair"))
    report.times("command answered", measured.command_ms, goal=goals.get("command"))
    late_ms = 1000 * percentile_of_buckets(measured.late, 0.95)
    report.value("IOLoop late, p95", late_ms, unit="ms", goal=goals.get("late"))
    server_cores, client_cores = measured.server_cores, measured.client_cores
    report.value("CPU of the server, s/s", statistics.median(server_cores), digits=2, samples=server_cores)
    report.value("CPU of the load client, s/s", statistics.median(client_cores), digits=2, samples=client_cores)
    report.value("memory of the server", measured.resident_bytes / 1e6, digits=0, unit="MB")
    if measured.threads is not None:
        report.value("threads of the server", measured.threads, digits=0)
