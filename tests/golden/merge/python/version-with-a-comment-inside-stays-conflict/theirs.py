version_info = (
    1,
    4,
)
