from vendor import packaging
