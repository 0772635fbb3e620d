from sqlalchemy import event, orm


def listen(mapper=orm.mapper) -> None:
    event.listen(mapper, "instrument_class", print)
