DROP TABLE stock_ledger, stock;
