import pydantic


class Item(pydantic.BaseModel):
    code: str = pydantic.Field(..., regex="^[a-z]+$")
