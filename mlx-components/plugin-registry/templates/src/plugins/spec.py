"""How a plugin describes itself, and a host what it takes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

Interface = TypeVar("Interface")
Factory = TypeVar("Factory", bound=Callable[..., Any])

_ATTRIBUTE = "__plugin_spec__"


class PluginKey(NamedTuple):
    """Written ``kind/name``."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"

    @classmethod
    def parse(cls, text: str) -> "PluginKey":
        """
        Raises:
            ValueError: ``text`` is not ``kind/name``.
        """
        kind, separator, name = text.partition("/")
        if not (kind and separator and name) or "/" in name:
            raise ValueError(f"{text!r} is not a plugin; write kind/name")
        return cls(kind, name)


@dataclass(frozen=True)
class Kind(Generic[Interface]):
    """A sort of plugin. ``interface`` is a class, or a Protocol that is ``runtime_checkable``.

    ``version`` is that of the interface: plugins say which versions they are written for. As type
    checkers refuse Protocols where a class is asked for, the type is given beside it:
    ``SCORER: Kind[Scorer] = Kind("scorer", Scorer)``.
    """

    name: str
    interface: type[Any]
    version: str = "1.0"


@dataclass(frozen=True)
class PluginSpec:
    """What is known of a plugin before it is made.

    ``factory`` is called with the plugin's options as keyword arguments. What it returns may have
    ``setup()`` and ``teardown()``. ``requires`` are set up first and torn down last. ``source``
    says where it was found, for messages.
    """

    key: PluginKey
    version: Version
    host: SpecifierSet
    requires: tuple[PluginKey, ...]
    factory: Callable[..., Any]
    source: str


def plugin(
    kind: str,
    name: str,
    *,
    version: str = "1.0",
    host: str = "",
    requires: Sequence[str] = (),
) -> Callable[[Factory], Factory]:
    """Mark a class, or a function that makes one, as a plugin. Registers it nowhere.

    ``host`` says for which versions of the kind's interface it is written (``>=1,<2``; "": any),
    ``requires`` which plugins it needs (``kind/name``).

    Raises:
        ValueError: a version, a specifier or a requirement cannot be read.
    """
    key = PluginKey.parse(f"{kind}/{name}")
    try:
        parsed_version, parsed_host = Version(version), SpecifierSet(host)
    except (InvalidVersion, InvalidSpecifier) as error:
        raise ValueError(f"plugin {key}: {error}") from error
    required = tuple(PluginKey.parse(text) for text in requires)

    def mark(factory: Factory) -> Factory:
        source = f"{factory.__module__}:{factory.__qualname__}"
        spec = PluginSpec(key, parsed_version, parsed_host, required, factory, source)
        setattr(factory, _ATTRIBUTE, spec)
        return factory

    return mark


def spec_of(candidate: object) -> PluginSpec | None:
    """What :func:`plugin` said of ``candidate`` itself; a subclass is not what its base is."""
    spec = getattr(candidate, "__dict__", {}).get(_ATTRIBUTE)
    return spec if isinstance(spec, PluginSpec) else None
