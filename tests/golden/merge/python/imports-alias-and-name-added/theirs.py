import numpy as np
from shop.models import Item, Order
