answer = fetch(str(url), headers, limit)
