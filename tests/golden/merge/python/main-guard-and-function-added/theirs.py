def main():
    return run()


if __name__ == "__main__":
    sys.exit(main())
