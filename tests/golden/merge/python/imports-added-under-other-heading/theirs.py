import json

from shop import app
from shop import cart
