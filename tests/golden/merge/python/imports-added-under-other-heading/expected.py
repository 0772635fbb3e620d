import json
import time

from shop import app
from shop import cart
