"""Reads figures of the server's /metrics."""

import re
from typing import Final

from tests.support.http import fetch

_BUCKET: Final = re.compile(r'^(\w+)_bucket\{le="([^"]+)"\} (\S+)$', re.MULTILINE)

Buckets = dict[float, float]


async def buckets(address: str, name: str) -> Buckets:
    """For each upper bound of a histogram without labels, how many values do not exceed it.

    Raises:
        LookupError: there is none of this name.
    """
    text = (await fetch(address, "metrics")).body.decode()
    found = {float(bound): float(count) for kind, bound, count in _BUCKET.findall(text) if kind == name}
    if not found:
        raise LookupError(f"/metrics has no histogram {name}")
    return found


async def value(address: str, name: str) -> float:
    """What a figure without labels is.

    Raises:
        LookupError: there is none of this name.
    """
    text = (await fetch(address, "metrics")).body.decode()
    found = re.search(rf"^{name} (\S+)$", text, re.MULTILINE)
    if found is None:
        raise LookupError(f"/metrics has no {name}")
    return float(found[1])


def between(before: Buckets, after: Buckets) -> Buckets:
    """What has come in meanwhile."""
    return {bound: count - before[bound] for bound, count in after.items()}
