"""The flows as people meet them: a real browser, a real server, real SMTP."""
