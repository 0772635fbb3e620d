from __future__ import annotations

import json
import os

print(os)
