API_KEY = "your-api-key-here"
PASSWORD = "changeme"
