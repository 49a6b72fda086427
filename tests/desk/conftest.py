from tests.web.serving import own_site, site

__all__ = ["own_site", "site"]
