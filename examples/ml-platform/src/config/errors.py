"""What is reported when the configuration cannot be used."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class ConfigProblem:
    """One thing that is wrong, and where to put it right.

    ``key`` is the dotted configuration key, or "" when no single key is at fault. ``where`` is
    ``conf/api/default.yaml:7`` or ``override api.port``, or None when no file sets the key.
    ``variables`` are the environment variables that the value at ``where`` is read from. The
    offending value is never kept: it may be a secret.
    """

    key: str
    message: str
    where: str | None = None
    variables: tuple[str, ...] = ()

    def __str__(self) -> str:
        text = f"{self.key}: {self.message}" if self.key else self.message
        places = [self.where] if self.where else []
        places += [f"environment variable {name}" for name in self.variables]
        return f"{text} ({', '.join(places)})" if places else text


class ConfigError(Exception):
    """The configuration cannot be used; ``problems`` says all that is known to be wrong."""

    def __init__(self, problems: Iterable[ConfigProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
