from .a import Settings
from .b import Settings

X = Settings()
