"""Tools of the shop."""

import json
