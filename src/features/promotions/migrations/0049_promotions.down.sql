DROP TABLE order_promotions, promotion_buyers, promotion_uses, promotions;
