version_info = (
    1,
    2,
)
