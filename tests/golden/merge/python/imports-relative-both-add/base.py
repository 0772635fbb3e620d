from . import base
from .models import Item
