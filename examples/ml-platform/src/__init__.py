"""The platform's code. Each package here is one capability."""
