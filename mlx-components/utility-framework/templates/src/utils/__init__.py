"""What services keep writing by hand: caching, rate limits, retries, structured logs.

Standard library only. Whatever waits or looks at the time takes its clock and its sleep as
arguments, so that tests neither wait nor guess.
"""

from src.utils.cache import CacheStats, TtlCache
from src.utils.clock import AsyncSleep, Clock, Sleep
from src.utils.logs import JsonFormatter, configure_json_logging, log_context
from src.utils.memoize import cached
from src.utils.rate_limit import (
    Decision,
    RateLimiter,
    RateLimitExceededError,
    SlidingWindow,
    TokenBucket,
    acquire,
    acquire_async,
)
from src.utils.redaction import REDACTED, is_secret_name, redact, redact_text
from src.utils.retry import RetryPolicy, call_with_retry, call_with_retry_async, retrying

__all__ = [
    "REDACTED",
    "AsyncSleep",
    "CacheStats",
    "Clock",
    "Decision",
    "JsonFormatter",
    "RateLimitExceededError",
    "RateLimiter",
    "RetryPolicy",
    "Sleep",
    "SlidingWindow",
    "TokenBucket",
    "TtlCache",
    "acquire",
    "acquire_async",
    "cached",
    "call_with_retry",
    "call_with_retry_async",
    "configure_json_logging",
    "is_secret_name",
    "log_context",
    "redact",
    "redact_text",
    "retrying",
]
