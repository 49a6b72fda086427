"""Electronic invoices: for a bill that is paid, in the right name, once; a wrong one is reversed before a new one."""
