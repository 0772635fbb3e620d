"""The ``data`` section of the configuration."""

from pydantic import Field

from src.config import Section


class CsvSettings(Section):
    """How CSV is written here. Cells that read like one of ``null_values`` have no value."""

    separator: str = Field(default=",", min_length=1, max_length=1)
    encoding: str = "utf-8"
    null_values: tuple[str, ...] = ("", "NA", "null")


class SplitSettings(Section):
    """How tables are split for training and testing."""

    test_share: float = Field(default=0.2, gt=0, lt=1)
    seed: int = 42


class DataSettings(Section):
    """What may be loaded, and how."""

    max_file_mb: float = Field(default=512, gt=0)
    csv: CsvSettings = CsvSettings()
    split: SplitSettings = SplitSettings()
