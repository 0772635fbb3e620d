from collections import defaultdict

import shop
