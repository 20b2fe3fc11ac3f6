// One product: its pictures, colours and sizes, what it costs in each, what it is, and what belongs to it.
#include <fmt/format.h>

#include <algorithm>

#include "core/xml.h"
#include "features/storefront/pages.h"
#include "features/storefront/structured.h"
#include "json/value.h"

namespace marque::storefront {
namespace {

using catalog::ProductDetail;
using catalog::SkuView;

constexpr std::size_t beside_max = 4;
constexpr Place in_gallery{"(min-width: 64rem) 40vw, 100vw", false};

/// The colour that the address asks for, else that of the cheapest SKU in stock, else the first one's.
std::string_view chosen_color(const View& view, const ProductDetail& product) {
    const auto asked = view.links.words().get("color");
    const SkuView* best = nullptr;
    for (const auto& sku : product.skus) {
        if (!asked.empty() && sku.color == asked) return sku.color;
        const auto better = [](const SkuView& one, const SkuView& other) {
            return std::pair{!one.in_stock, one.price.minor()} < std::pair{!other.in_stock, other.price.minor()};
        };
        if (best == nullptr || better(sku, *best)) best = &sku;
    }
    return best == nullptr ? std::string_view{} : best->color;
}

/// What shows this colour comes first; what shows another one is left for that one.
std::vector<std::string_view> pictures_of(const ProductDetail& product, std::string_view color) {
    std::vector<std::string_view> own;
    std::vector<std::string_view> others;
    const auto add = [](std::vector<std::string_view>& list, std::string_view picture) {
        if (std::ranges::find(list, picture) == list.end()) list.push_back(picture);
    };
    for (const auto& sku : product.skus) {
        if (sku.variant_image) add(sku.color == color ? own : others, *sku.variant_image);
    }
    std::erase_if(others, [&](std::string_view picture) { return std::ranges::find(own, picture) != own.end(); });
    for (const auto picture : product.images) {
        if (std::ranges::find(others, picture) == others.end()) add(own, picture);
    }
    if (own.empty() && product.image) own.push_back(*product.image);
    return own;
}

Html gallery(const View& view, const ProductDetail& product, std::string_view color) {
    Html html;
    const auto pictures = pictures_of(product, color);
    html.add(R"(<div class="gallery" role="group" aria-label="{}" tabindex="0" data-count="{}">)", view.words.pictures,
             pictures.size());
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        Place place = in_gallery;
        place.first = i == 0;
        const std::string alt = i == 0 ? std::string{product.name} : fmt::format("{}, {}", product.name, i + 1);
        html.add(picture(pictures[i], alt, place));
    }
    html.add("</div>");
    return html;
}

const catalog::Attribute* known(const catalog::Attributes& attributes, std::string_view value) {
    const auto found = attributes.find(value);
    return found == attributes.end() ? nullptr : &found->second;
}

std::string_view name_of(const View& view, const catalog::Attributes& attributes, std::string_view value) {
    const auto* attribute = known(attributes, value);
    return attribute == nullptr ? value : std::string_view{attribute->names[view.language]};
}

/// The values of SKUs in the order the shop shows them.
template <class Of>
std::vector<std::string_view> values_of(const ProductDetail& product, const catalog::Attributes& attributes, Of of) {
    std::vector<std::string_view> values;
    for (const auto& sku : product.skus) {
        if (!of(sku).empty() && std::ranges::find(values, of(sku)) == values.end()) values.push_back(of(sku));
    }
    std::ranges::sort(values, {}, [&](std::string_view value) {
        const auto* attribute = known(attributes, value);
        const auto place = attribute == nullptr ? std::numeric_limits<std::int32_t>::max() : attribute->sort_order;
        return std::pair{place, value};
    });
    return values;
}

Html colors(const View& view, const ProductDetail& product, std::string_view chosen) {
    const auto& attributes = view.snapshot->shelves().colors;
    const auto values = values_of(product, attributes, [](const SkuView& sku) { return sku.color; });
    Html html;
    if (values.empty()) return html;
    html.add(
        R"(<div class="choice"><h2>{}: <span class="quiet">{}</span></h2><ul class="swatches is-large" role="list">)",
        view.words.color, name_of(view, attributes, chosen));
    for (const auto value : values) {
        const auto* attribute = known(attributes, value);
        const std::string_view swatch =
            attribute != nullptr && attribute->swatch ? std::string_view{*attribute->swatch} : "#c9c4bd";
        html.add(R"(<li><a href="{}" data-swap title="{}" {}><span class="hidden">{}</span><svg class="swatch" )"
                 R"(viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="9" fill="{}"/></svg></a></li>)",
                 view.links.here(Parameters{}.set("color", value)), name_of(view, attributes, value),
                 Flag{R"(aria-current="true")", value == chosen}, name_of(view, attributes, value), swatch);
    }
    html.add("</ul></div>");
    return html;
}

/// One radio button for each SKU of the colour; a script takes its price from it.
Html sizes(const View& view, const ProductDetail& product, std::string_view color) {
    const auto& attributes = view.snapshot->shelves().sizes;
    std::vector<const SkuView*> skus;
    for (const auto value : values_of(product, attributes, [](const SkuView& sku) { return sku.size; })) {
        for (const auto& sku : product.skus) {
            if (sku.size == value && sku.color == color) skus.push_back(&sku);
        }
    }
    for (const auto& sku : product.skus) {
        if (sku.size.empty() && sku.color == color) skus.push_back(&sku);
    }
    Html html;
    html.add(R"(<fieldset class="choice"><legend>{}</legend><div class="sizes">)", view.words.size);
    for (const auto* sku : skus) {
        const std::string before = sku->original_price ? view.price(*sku->original_price) : std::string{};
        const auto name = sku->size.empty() ? view.words.one_size : name_of(view, attributes, sku->size);
        Html sold_out;
        if (!sku->in_stock) sold_out.add(R"(<span class="hidden">, {}</span>)", view.words.sold_out);
        html.add(R"(<label class="size"><input type="radio" name="sku" value="{}" data-price="{}" data-before="{}" )"
                 R"(data-discount="{}" required {} {}><span>{}{}</span></label>)",
                 sku->id.to_text(), view.price(sku->price), before, sku->discount, Flag{"disabled", !sku->in_stock},
                 Flag{"checked", skus.size() == 1 && sku->in_stock}, name, sold_out);
    }
    html.add("</div></fieldset>");
    return html;
}

const SkuView* cheapest_of(const ProductDetail& product, std::string_view color) {
    const SkuView* cheapest = nullptr;
    for (const auto& sku : product.skus) {
        if (sku.color != color) continue;
        const auto rank = [](const SkuView& each) { return std::pair{!each.in_stock, each.price.minor()}; };
        if (cheapest == nullptr || rank(sku) < rank(*cheapest)) cheapest = &sku;
    }
    return cheapest;
}

Html buy(const View& view, const ProductDetail& product, std::string_view color) {
    const auto* cheapest = cheapest_of(product, color);
    const bool in_stock = cheapest != nullptr && cheapest->in_stock;
    Html html;
    html.add(R"(<form class="buy" data-buy data-name="{}">{}{})", product.name, colors(view, product, color),
             sizes(view, product, color));
    html.add(R"(<p class="needs-size" data-needs-size hidden role="alert">{}</p>)", view.words.choose_size);
    html.add(R"(<div class="buy-row"><button class="button is-wide needs-script" type="submit" {}>{}</button>{}</div>)",
             Flag{"disabled", !in_stock}, in_stock ? view.words.add_to_cart : view.words.sold_out,
             heart(view, product.id, product.name));
    // Who waits for a size finds it where it is missed.
    if (std::ranges::any_of(product.skus, [&](const SkuView& sku) { return sku.color == color && !sku.in_stock; })) {
        html.add(R"(<button class="link needs-script" type="button" data-wait>{}</button>)", view.words.tell_when_back);
    }
    html.add(R"(<noscript><p class="quiet">{}</p></noscript></form>)", view.words.needs_script);
    return html;
}

/// "EU 38 · US 6": the same size elsewhere.
Html size_guide(const View& view, const ProductDetail& product) {
    const auto& attributes = view.snapshot->shelves().sizes;
    const auto values = values_of(product, attributes, [](const SkuView& sku) { return sku.size; });
    std::vector<std::string> systems;
    std::vector<std::pair<std::string_view, json::Value>> rows;
    for (const auto value : values) {
        const auto* attribute = known(attributes, value);
        auto parsed = json::parse(attribute == nullptr ? "{}" : attribute->size_systems);
        if (!parsed || parsed->as<json::Object>() == nullptr || parsed->as<json::Object>()->empty()) continue;
        for (const auto& [system, _] : *parsed->as<json::Object>()) {
            if (std::ranges::find(systems, system) == systems.end()) systems.push_back(system);
        }
        rows.emplace_back(name_of(view, attributes, value), std::move(*parsed));
    }
    Html html;
    if (rows.empty()) return html;
    html.add(R"(<details class="fold"><summary><h2>{}</h2></summary><div class="table" tabindex="0" role="region" )"
             R"(aria-label="{}"><table><thead><tr><th scope="col">{}</th>)",
             view.words.size_guide, view.words.size_guide, view.words.size);
    for (const auto& system : systems) html.add(R"(<th scope="col" class="upper">{}</th>)", system);
    html.add("</tr></thead><tbody>");
    for (const auto& [name, values_by_system] : rows) {
        html.add(R"(<tr><th scope="row">{}</th>)", name);
        for (const auto& system : systems) {
            const auto* value = values_by_system.member(system);
            const auto* text = value == nullptr ? nullptr : value->as<std::string>();
            html.add("<td>{}</td>", text == nullptr ? std::string_view{"—"} : std::string_view{*text});
        }
        html.add("</tr>");
    }
    html.add("</tbody></table></div></details>");
    return html;
}

Html about(const View& view, const ProductDetail& product) {
    Html html;
    if (!product.description.empty()) {
        html.add(R"(<details class="fold" open><summary><h2>{}</h2></summary><p>{}</p></details>)",
                 view.words.description, product.description);
    }
    if (!product.features.empty()) {
        html.add(R"(<details class="fold" open><summary><h2>{}</h2></summary><ul>)", view.words.details);
        for (const auto feature : product.features) html.add("<li>{}</li>", feature);
        html.add("</ul></details>");
    }
    return html.add(size_guide(view, product));
}

Html rating(const View& view, const ProductDetail& product) {
    Html html;
    if (product.reviews_count == 0) return html;
    html.add(R"(<p class="rating"><a href="#reviews">★ {} <span class="hidden">{}</span> · {}: {}</a></p>)",
             fmt::format("{:.1f}", product.rating), view.words.of_five, view.words.reviews, product.reviews_count);
    return html;
}

Html prices(const View& view, const ProductDetail& product, std::string_view color) {
    Html html;
    const auto* cheapest = cheapest_of(product, color);
    if (cheapest == nullptr) return html;
    Html badge;
    if (cheapest->discount > 0) badge.add(R"( <span class="badge is-reduced">−{}%</span>)", cheapest->discount);
    html.add(R"(<p class="price-line" data-price-line aria-live="polite">{}{}</p>)",
             price_tag(view, cheapest->price, cheapest->original_price), badge);
    if (cheapest->lowest_price_30_days) {
        html.add(R"(<p class="quiet">{} {}</p>)", view.words.lowest_price, view.price(*cheapest->lowest_price_30_days));
    }
    return html;
}

Head head_of(const View& view, const ProductDetail& product) {
    const auto& pages = view.site.pages();
    const auto address = [&](const Language& language) {
        return pages.product(product.slug, view.market.code, language);
    };
    Head head{.title = fmt::format("{}{}{} — Marque", product.name, product.brand.empty() ? "" : ", ", product.brand),
              .description = std::string{product.description.empty() ? product.name : product.description},
              .canonical = address(view.context.language),
              .kind = "product"};
    for (const auto& language : view.market.languages) {
        head.alternates.push_back(
            {catalog::feeds::language_tag(language, view.market.code), Address::of(address(language))});
    }
    if (product.image) head.image = pages.absolute(*product.image);
    head.data.add_data("application/ld+json", "", product_data(view, product, head.canonical));
    return head;
}

}  // namespace

http::Response product_page(const View& view, const catalog::Product& product) {
    const auto& snapshot = *view.snapshot;
    const auto detail = catalog::whole_detail(snapshot, product, view.language);
    const auto color = chosen_color(view, detail);
    Head head = head_of(view, detail);
    auto steps = steps_to(view, product.place());
    steps.push_back({detail.name, view.links.product(detail.slug), head.canonical});
    Html content;
    content.add(breadcrumbs(view, steps, head.data));
    content.add(R"(<article class="product" id="product" data-slug="{}" data-product="{}" data-color="{}">{})",
                detail.slug, detail.id.to_text(), color, gallery(view, detail, color));
    content.add(R"(<div class="product-side">)");
    if (!detail.brand.empty()) {
        content.add(R"(<p class="label"><a href="{}">{}</a></p>)",
                    view.links.search(Parameters{}.set("brand", detail.brand)), detail.brand);
    }
    content.add(R"(<h1>{}</h1>{}{}{}<div class="folds">{}</div></div></article>)", detail.name, rating(view, detail),
                prices(view, detail, color), buy(view, detail, color), about(view, detail));
    content.add(shelf(view, view.words.goes_with, catalog::beside(snapshot, product, true, beside_max, view.language)));
    content.add(R"(<section class="reviews" id="reviews" data-reviews="{}" data-count="{}"></section>)", detail.slug,
                detail.reviews_count);
    content.add(shelf(view, view.words.alike, catalog::beside(snapshot, product, false, beside_max, view.language)));
    content.add(recently_viewed(view));
    return page(view, std::move(head), content);
}

}  // namespace marque::storefront
