import json
import time

from shop import app
