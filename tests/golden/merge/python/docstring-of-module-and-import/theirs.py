"""Tools of the shop."""

import json
import os
