from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    timeout: bool = True
