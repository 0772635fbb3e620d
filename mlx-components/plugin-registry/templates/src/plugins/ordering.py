"""Puts plugins into an order in which each comes after what it requires."""

from collections.abc import Iterable, Mapping

from src.plugins.errors import PluginCycleError, UnknownPluginError
from src.plugins.spec import PluginKey, PluginSpec


def start_order(
    wanted: Iterable[PluginKey], specs: Mapping[PluginKey, PluginSpec]
) -> list[PluginKey]:
    """``wanted`` and all that they require. The same input always gives the same order.

    Raises:
        UnknownPluginError: something that is required is not there; the message says by whom.
        PluginCycleError: the message shows the circle.
    """
    order: dict[PluginKey, None] = {}
    path: dict[PluginKey, None] = {}

    def visit(key: PluginKey) -> None:
        if key in order:
            return
        if key in path:
            keys = list(path)
            circle = [*keys[keys.index(key) :], key]
            raise PluginCycleError(
                f"plugins require each other: {' -> '.join(str(member) for member in circle)}"
            )
        if key not in specs:
            raise UnknownPluginError(_missing(key, list(path)))
        path[key] = None
        for required in specs[key].requires:
            visit(required)
        del path[key]
        order[key] = None

    for key in wanted:
        visit(key)
    return list(order)


def _missing(key: PluginKey, path: list[PluginKey]) -> str:
    if not path:
        return f"there is no plugin {key}"
    return f"there is no plugin {key}, which {path[-1]} requires; install it or disable {path[-1]}"
