// Names, descriptions and features of products in the three languages.
#include "features/catalog/demo/build.h"

namespace marque::demo {
namespace {

Gender english_number(const Garment& garment) { return garment.en_plural ? Gender::plural : Gender::neuter; }

const CategoryEntry& category_of(const Draft& draft) {
    for (const CategoryEntry& entry : category_table()) {
        if (entry.slug == draft.product.category_slug) return entry;
    }
    return category_table().front();
}

Text3 write_name(const Draft& draft) {
    const Garment& garment = *draft.garment;
    const Style& style = *draft.style;
    const Print& print = *draft.print;
    const Fabric& fabric = *draft.fabric;
    const auto word = [](std::string_view text) { return std::string(text); };
    return {capitalize(join_words({word(style.en), word(print.en), word(fabric.name.en), word(garment.noun.en)})),
            capitalize(
                join_words({inflect(style.ru_before, garment.gender), inflect(print.ru_before, garment.gender),
                            word(garment.noun.ru), word(style.ru_after), word(fabric.name.ru), word(print.ru_after)})),
            capitalize(join_words({word(print.ky), word(style.ky), word(fabric.name.ky), word(garment.noun.ky)}))};
}

// One sentence in three languages, agreeing with the garment's noun.
Text3 write_sentence(const Words& words, const Garment& garment) {
    return {capitalize(inflect(words.en, english_number(garment), garment.noun.en)),
            capitalize(inflect(words.ru, garment.gender, garment.noun.ru)),
            capitalize(inflect(words.ky, garment.gender, garment.noun.ky))};
}

void append(Text3& text, const Text3& sentence) {
    const auto add = [](std::string& to, const std::string& more) { to += (to.empty() ? "" : " ") + more; };
    add(text.en, sentence.en);
    add(text.ru, sentence.ru);
    add(text.ky, sentence.ky);
}

std::string_view pick_line(std::span<const std::string_view> lines, bool clothing, Random& random) {
    while (true) {
        const std::string_view line = random.pick(lines);
        if (!line.starts_with('~')) return line;
        if (clothing) return line.substr(1);
    }
}

void write_review_text(Review& review, const Garment& garment, Random& random) {
    const bool clothing = garment.sizes == Sizes::clothes || garment.sizes == Sizes::kids;
    const bool english = review.language == "en";
    const Gender gender = english ? english_number(garment) : garment.gender;
    const std::string_view noun = english                   ? garment.noun.en
                                  : review.language == "ru" ? garment.noun.ru
                                                            : garment.noun.ky;
    for (const ReviewTexts& texts : review_table()) {
        if (texts.language != review.language || review.rating < texts.lowest_rating ||
            review.rating > texts.highest_rating)
            continue;
        review.title = pick_line(texts.titles, clothing, random);
        review.comment = capitalize(inflect(pick_line(texts.openings, clothing, random), gender, noun));
        review.comment += " " + std::string(pick_line(texts.endings, clothing, random));
    }
    review.author_label = random.pick(author_labels(review.language));
}

}  // namespace

void write_texts(Draft& draft, Random& random) {
    const Garment& garment = *draft.garment;
    const CategoryEntry& category = category_of(draft);
    Product& product = draft.product;
    product.name = write_name(draft);
    // Neighbours in the list get different sentences; an evening dress is not for the morning.
    const auto number = static_cast<std::size_t>(draft.number);
    const bool evening = garment.subcategory == "evening-dresses";
    append(product.description, write_sentence(category.openings[evening ? 1 + number % 2 : number % 3], garment));
    append(product.description, write_sentence(draft.fabric->feel, garment));
    const int length = random.below(4);
    if (length > 0)
        append(product.description, write_sentence(category.pairings[evening ? 1 : number / 3 % 2], garment));
    if (length > 2) append(product.description, write_sentence(random.pick(closing_words()), garment));

    const Words& made_of = draft.fabric->composition;
    const bool frame = draft.garment->detail == Detail::lenses;
    product.features.push_back(frame
                                   ? to_text(made_of)
                                   : Text3{"Composition: " + std::string(made_of.en),
                                           "Состав: " + std::string(made_of.ru), "Курамы: " + std::string(made_of.ky)});
    product.features.push_back(to_text(care_words(draft.fabric->care)));
    product.features.push_back(to_text(detail_words(garment.detail, draft.style->key)));
    if (random.chance(75)) product.features.push_back(to_text(season_words(draft.fabric->season)));
    if (random.chance(35)) product.features.push_back(to_text(packaging_words()));
}

std::vector<Review> write_reviews(const std::vector<Draft>& drafts, Random& random) {
    std::vector<Review> reviews;
    std::vector<int> per_product(drafts.size());
    while (reviews.size() < 600) {
        // The better of two random products by sales: popular ones get more reviews.
        const auto one = static_cast<std::size_t>(random.below(static_cast<int>(drafts.size())));
        const auto other = static_cast<std::size_t>(random.below(static_cast<int>(drafts.size())));
        const std::size_t index = drafts[one].product.sales_count > drafts[other].product.sales_count ? one : other;
        if (per_product[index] >= 7) continue;
        ++per_product[index];
        const Draft& draft = drafts[index];
        Review review{.product_slug = draft.product.slug};
        review.market = draft.product.market == "ALL" ? (random.chance(58) ? "KG" : "US") : draft.product.market;
        const int tongue = random.below(100);
        if (review.market == "KG")
            review.language = tongue < 52 ? "ru" : tongue < 94 ? "ky" : "en";
        else
            review.language = tongue < 92 ? "en" : "ru";
        const int mood = random.below(100);
        review.rating = mood < 50 ? 5 : mood < 79 ? 4 : mood < 91 ? 3 : mood < 97 ? 2 : 1;
        write_review_text(review, *draft.garment, random);
        reviews.push_back(std::move(review));
    }
    return reviews;
}

std::vector<Banner> write_banners() {
    std::vector<Banner> banners;
    for (const BannerEntry& entry : banner_table()) {
        banners.push_back({to_text(entry.title), to_text(entry.subtitle), to_text(entry.button),
                           std::string(entry.type), std::string(entry.market), std::string(entry.link_url),
                           banner_image_path(entry.key), static_cast<int>(banners.size()) + 1});
    }
    return banners;
}

}  // namespace marque::demo
