from typing import Optional

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    timeout: Optional[int] = 30
    log_level: "str | None" = "INFO"
