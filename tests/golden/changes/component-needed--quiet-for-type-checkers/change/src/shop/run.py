from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from src.limits import limit
