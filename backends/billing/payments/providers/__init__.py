"""Who takes the money: a small port, WeChat Pay and Alipay shaped to their public interfaces, and a sandbox."""
