import numpy as np

LARGEST = np.Inf
EMPTY = np.float_(0)
