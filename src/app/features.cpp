// One line a feature. Adding a feature is adding a line here; adding an endpoint is not.
#include "app/features.h"

#include <algorithm>

#include "app/operations.h"
#include "features/cart/cart.h"
#include "features/catalog/catalog.h"
#include "features/identity/identity.h"
#include "features/management/management.h"
#include "features/markets/markets.h"
#include "features/orders/orders.h"
#include "features/sms/sms.h"

namespace marque::app {

http::Routes all_routes(const Config& config) {
    http::Routes all;
    for (auto& routes : {markets::routes(), identity::routes(config), sms::routes(), catalog::routes(), cart::routes(),
                         orders::routes(), management::routes(), operations_routes()}) {
        std::ranges::copy(routes, std::back_inserter(all));
    }
    return all;
}

}  // namespace marque::app
