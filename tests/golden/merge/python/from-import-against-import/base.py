import packaging
