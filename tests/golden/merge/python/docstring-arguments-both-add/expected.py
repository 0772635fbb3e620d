def resample(series, axis, rate):
    """Brings a series to another rate.

    Args:
        series: the values, one for each moment, may be empty.
        axis: along which.
        rate: how many there are to be in a second.

    Returns:
        The new values.
    """
    return series[::rate]
