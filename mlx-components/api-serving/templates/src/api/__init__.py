"""The HTTP API: an application factory, its limits, its errors and its routes.

``create_app`` is in the module ``app``, and imported from there: what other packages add to the
application may itself use the other modules of this one.
"""

from src.api.settings import ApiSettings, LimitSettings

__all__ = ["ApiSettings", "LimitSettings"]
