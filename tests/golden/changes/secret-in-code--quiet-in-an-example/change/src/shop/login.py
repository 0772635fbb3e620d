RESPONSES = {
    200: {
        "application/json": {
            "example": {
                "kinds": ["bearer", ("a", "b")],
                "access_token": "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJ1c2VyX2lkIjoiOTIyMWZ.M10bjOe45I5Ncu",
            }
        }
    }
}
