from sqlalchemy import orm

orm.mapper(dict, None)
