import json

from shop import app
