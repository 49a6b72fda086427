"""Check sheets: what is looked at, what was found, whether it was put right. Halls and customers' equipment."""
