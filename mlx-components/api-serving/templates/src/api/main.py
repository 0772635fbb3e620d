"""The application of this process, for ASGI servers to import."""

from src.api.app import create_app

app = create_app()
