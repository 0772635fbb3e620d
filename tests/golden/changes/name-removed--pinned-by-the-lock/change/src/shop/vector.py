import numpy as np

LARGEST = np.Inf
