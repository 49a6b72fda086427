"""Photos and voices of orders: taken with distrust, kept outside the database, shown to whom the order is shown."""
