"""Tools of the shop, and of its stock."""

import json
