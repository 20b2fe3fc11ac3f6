#pragma once
// Shipping: zones, options, prices and pickup points of a market.

#include "db/admin.h"
#include "features/shipping/manage.h"
#include "features/shipping/rates.h"

namespace marque::shipping {

/// What KG and US offer, and one zone with one option for any other market; nothing where there is a zone already.
/// Takes on the market's role and gives it back.
void seed(db::AdminConnection& connection, MarketCode market);

}  // namespace marque::shipping
