"""Other people's platforms that take reports for us (第三方平台): each with a key, a scope and a daily limit."""
