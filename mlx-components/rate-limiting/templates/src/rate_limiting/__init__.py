"""Rate limits for the API: so many requests for each client, and 429 beyond."""

from src.rate_limiting.middleware import RateLimit
from src.rate_limiting.settings import RateLimitSettings
from src.rate_limiting.setup import add_rate_limiting

__all__ = ["RateLimit", "RateLimitSettings", "add_rate_limiting"]
