"""Whether the other side is still there."""

from backend.heartbeat import Heartbeat, Pulse


class Patient:
    """A heartbeat and its clock."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.heartbeat = Heartbeat(20, lambda: self.now_s)

    def at(self, now_s: float) -> Pulse:
        self.now_s = 100 + now_s
        return self.heartbeat.check()


def test_whoever_is_silent_is_asked_once_and_then_lost() -> None:
    patient = Patient()
    pulses = [patient.at(now_s) for now_s in (0, 19.9, 20, 21, 39.9, 40)]
    assert pulses == [Pulse.FINE, Pulse.FINE, Pulse.ASK, Pulse.FINE, Pulse.FINE, Pulse.LOST]


def test_whoever_answers_is_asked_again_later() -> None:
    patient = Patient()
    assert patient.at(20) is Pulse.ASK
    patient.heartbeat.hear()
    assert [patient.at(now_s) for now_s in (39.9, 40, 60)] == [Pulse.FINE, Pulse.ASK, Pulse.LOST]


def test_whoever_is_not_read_for_a_while_is_not_asked_meanwhile() -> None:
    patient = Patient()
    patient.heartbeat.hear(unread_s=50)
    assert [patient.at(now_s) for now_s in (20, 69.9, 70, 90)] == [Pulse.FINE, Pulse.FINE, Pulse.ASK, Pulse.LOST]


def test_whoever_says_something_else_instead_of_an_answer_lives() -> None:
    patient = Patient()
    for now_s in range(0, 500, 10):
        assert patient.at(now_s) is not Pulse.LOST
        patient.heartbeat.hear()


def test_after_a_long_standstill_of_our_own_nobody_is_lost_without_being_asked() -> None:
    assert Patient().at(1000) is Pulse.ASK
