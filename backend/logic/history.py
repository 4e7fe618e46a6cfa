"""History: how well a run did and what its networks were now and then; thinned out, and so bounded."""

from typing import Final, Generic, TypeVar

from backend.logic.config import RunConfig
from backend.logic.evaluation import Scores
from backend.logic.run_record import HistoryRow, Moment, RunRecord
from backend.logic.snapshot import Snapshot

MOST_ROWS: Final = 2_000
MOST_MOMENTS: Final = 32
MOST_MOMENT_BYTES: Final = 2**20
"""Of the parameters of all moments."""

T = TypeVar("T")


class _Thinned(Generic[T]):
    """Of all that came, evenly, every one at first, then every second, then every fourth, and so on.

    Attributes:
        kept: these, in order.
    """

    def __init__(self) -> None:
        self.kept: list[T] = []
        self._stride = 1
        self._count = 0

    def add(self, item: T) -> bool:
        """Take the next one, and return whether it is one of those that are kept."""
        is_kept = self._count % self._stride == 0
        self._count += 1
        if is_kept:
            self.kept.append(item)
        return is_kept

    def thin(self) -> None:
        """Keep every second of them only."""
        self.kept = self.kept[::2]
        self._stride *= 2


def row_of(snapshot: Snapshot, scores: Scores) -> HistoryRow:
    """How well a snapshot does."""
    return HistoryRow(
        snapshot.step,
        snapshot.epoch,
        scores.train_loss,
        scores.test_loss,
        scores.train_accuracy,
        scores.test_accuracy,
    )


class History:
    """What was seen of one run, in the order of its steps."""

    def __init__(self) -> None:
        self._rows = _Thinned[HistoryRow]()
        self._moments = _Thinned[Moment]()
        # The newest row, whether it is one of those that are kept or not.
        self._newest: HistoryRow | None = None

    @classmethod
    def of(cls, record: RunRecord) -> "History":
        """That of a run that was kept."""
        history = cls()
        for row in record.history:
            history._add_row(row)
        for moment in record.moments:
            history._add_moment(moment)
        return history

    @property
    def rows(self) -> tuple[HistoryRow, ...]:
        """How well the run did: MOST_ROWS at most, the first and the newest always among them."""
        rows, newest = self._rows.kept, self._newest
        return tuple(rows) if newest is None or rows[-1] is newest else (*rows, newest)

    @property
    def moments(self) -> tuple[Moment, ...]:
        """Its networks now and then: MOST_MOMENTS at most, of MOST_MOMENT_BYTES together."""
        return tuple(self._moments.kept)

    def note(self, snapshot: Snapshot, scores: Scores, config: RunConfig | None) -> None:
        """Take note of a snapshot, unless one of a later step has been seen.

        Args:
            snapshot: of this run.
            scores: how well it does; without any it is not kept.
            config: what it was trained with, None if that is not known.
        """
        newest = self._newest
        if scores.train_loss is None and scores.test_loss is None:
            return
        row = row_of(snapshot, scores)
        if newest is not None and row.step == newest.step:
            # Other points, or other weights: it is the present ones that count.
            if self._rows.kept[-1] is newest:
                self._rows.kept[-1] = row
            self._newest = row
        elif newest is None or row.step > newest.step:
            self._add_row(row)
            if config is not None:
                self._add_moment(Moment(snapshot.step, snapshot.epoch, config, snapshot.parameters.numpy()))

    def _add_row(self, row: HistoryRow) -> None:
        self._newest = row
        # One more than is kept may be the newest.
        if self._rows.add(row) and len(self._rows.kept) >= MOST_ROWS:
            self._rows.thin()

    def _add_moment(self, moment: Moment) -> None:
        moments = self._moments
        moments.add(moment)
        while len(moments.kept) > 1 and (
            len(moments.kept) > MOST_MOMENTS
            or sum(moment.parameters.nbytes for moment in moments.kept) > MOST_MOMENT_BYTES
        ):
            moments.thin()
