from pydantic_settings import BaseSettings


class ApiSettings(BaseSettings):
    log_level: str = "INFO"
    timeout: int = 30
    debug: bool = False
