version_info = (
    1,  # the year of the interface
    3,
)
