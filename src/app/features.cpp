// One line a feature. Adding a feature is adding a line here; adding an endpoint is not.
#include "app/features.h"

#include <algorithm>

#include "app/operations.h"
#include "features/analytics/analytics.h"
#include "features/backoffice/backoffice.h"
#include "features/banners/banners.h"
#include "features/cart/cart.h"
#include "features/catalog/catalog.h"
#include "features/catalog/feeds/feeds.h"
#include "features/catalog/home_routes.h"
#include "features/customers/customers.h"
#include "features/identity/identity.h"
#include "features/invoices/invoices.h"
#include "features/management/management.h"
#include "features/markets/markets.h"
#include "features/media/media.h"
#include "features/messages/messages.h"
#include "features/notifications/notifications.h"
#include "features/orders/orders.h"
#include "features/payments/payments.h"
#include "features/profile/profile.h"
#include "features/reviews/reviews.h"
#include "features/sms/sms.h"
#include "features/storefront/storefront.h"
#include "features/webhooks/webhooks.h"
#include "features/wishlist/wishlist.h"

namespace marque::app {

http::Routes all_routes(const Config& config) {
    http::Routes all;
    for (auto& routes : {markets::routes(),        markets::manager_routes(),
                         identity::routes(config), sms::routes(),
                         profile::routes(),        catalog::routes(),
                         catalog::home_routes(),   catalog::feeds::routes(),
                         wishlist::routes(),       cart::routes(),
                         orders::routes(),         payments::routes(),
                         invoices::routes(),       reviews::routes(),
                         banners::routes(),        messages::routes(config),
                         notifications::routes(),  management::routes(),
                         customers::routes(),      media::routes(),
                         analytics::routes(),      storefront::routes(),
                         backoffice::routes(),     webhooks::routes(),
                         operations_routes()}) {
        std::ranges::copy(routes, std::back_inserter(all));
    }
    return all;
}

}  // namespace marque::app
