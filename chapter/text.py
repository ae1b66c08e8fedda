"""Reading settings, and telling what is wrong in one line."""

from collections.abc import Callable

import yaml

#: The fast one, where PyYAML was built with it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_yaml(text: str, error: Callable[[str], Exception]) -> dict:
    """Read settings.

    Args:
        text: YAML.
        error: makes the exception that is raised where it is not, or is no mapping.
    """
    try:
        settings = yaml.load(text, _LOADER) or {}
    except yaml.YAMLError as cause:
        raise error(f"it is not YAML: {one_line(cause)}") from cause
    if not isinstance(settings, dict):
        raise error("it has no keys")
    return settings


def one_line(error: BaseException) -> str:
    """An exception's message in one line."""
    return " ".join(str(error).split()) or type(error).__name__
