"""The one door into the bot: `POST /webhooks/denghuo/turn`."""
