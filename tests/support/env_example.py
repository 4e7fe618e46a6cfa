"""`.env.example`, made of the settings: `python -m tests.support.env_example` writes it anew."""

from pathlib import Path

from backend.setting_fields import Setting
from backend.settings import SETTINGS

PATH = Path(__file__).parents[2] / ".env.example"
_HEAD = """\
# Every setting of Boundary Lab. Take away the "# " in front of a variable to set it.
# An argument, such as --port 9000, wins over its variable; a variable that is empty counts as not set.
"""


def env_example() -> str:
    """The text of the file."""
    return _HEAD + "".join(map(_entry, SETTINGS.values()))


def _entry(setting: Setting) -> str:
    unit = f" {setting.unit}" if setting.unit and not setting.unset else ""
    value = "" if setting.unset else setting.default_text
    return f"\n# {setting.sentence}\n# Default: {setting.default_text}{unit}\n# {setting.variable}={value}\n"


if __name__ == "__main__":
    PATH.write_text(env_example())
