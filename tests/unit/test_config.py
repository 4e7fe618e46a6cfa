"""RunConfig and its changes."""

import pytest
from msgspec import UNSET

from backend.logic.config import ConfigChanges, RunConfig, changed, differing


def test_changes_have_exactly_the_fields_of_the_config() -> None:
    assert ConfigChanges.__struct_fields__ == RunConfig.__struct_fields__
    assert all(getattr(ConfigChanges(), name) is UNSET for name in RunConfig.__struct_fields__)


def test_what_is_not_set_stays() -> None:
    before = RunConfig(l2=0.5)
    after = changed(before, ConfigChanges(learning_rate=0.3))
    assert (after.l2, after.learning_rate) == (0.5, 0.3)
    assert differing(before, after) == {"learning_rate"}


def test_a_feature_cannot_be_named_twice() -> None:
    with pytest.raises(ValueError, match="twice"):
        changed(RunConfig(), ConfigChanges(features=("x1", "x1")))
