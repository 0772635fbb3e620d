from . import base, cache
from .models import Item
