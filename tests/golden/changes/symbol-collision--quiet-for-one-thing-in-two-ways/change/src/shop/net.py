from typing import List

import torch.nn as nn
from src.shop.kinds import List
from torch import nn

KINDS: List[str] = []
LAYER = nn.Linear
