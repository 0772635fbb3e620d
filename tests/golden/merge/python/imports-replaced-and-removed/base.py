import itertools

import shop
