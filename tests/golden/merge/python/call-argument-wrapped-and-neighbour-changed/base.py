answer = fetch(url, headers, limit)
