"""The ledger of customers' own equipment: what is connected to the grid, checked by whom, tested until when."""
