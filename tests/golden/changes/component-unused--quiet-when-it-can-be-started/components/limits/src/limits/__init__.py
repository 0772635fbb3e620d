def limit():
    return 1


if __name__ == "__main__":
    limit()
