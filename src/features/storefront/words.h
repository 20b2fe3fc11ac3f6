#pragma once
// Every text that the pages themselves say, in the languages they speak. What the shop sells is named by the catalogue.

#include <string_view>

namespace marque::storefront {

struct Words {
    std::string_view shop_title;        // behind the name of the shop on the start page
    std::string_view shop_description;  // what a search engine shows of the start page
    std::string_view skip_to_content;
    std::string_view menu;
    std::string_view close;
    std::string_view home;
    std::string_view search;
    std::string_view search_hint;
    std::string_view all_products;
    std::string_view account;
    std::string_view cart;
    std::string_view theme;  // of the button that changes between light and dark
    std::string_view country;
    std::string_view language;
    std::string_view categories;
    std::string_view you_are_here;
    std::string_view best_sellers;
    std::string_view featured;
    std::string_view new_arrivals;
    std::string_view offers;
    std::string_view see_all;
    std::string_view filters;
    std::string_view active_filters;
    std::string_view show;
    std::string_view clear_all;
    std::string_view remove;
    std::string_view sort;
    std::string_view sort_popular;
    std::string_view sort_newest;
    std::string_view sort_price_asc;
    std::string_view sort_price_desc;
    std::string_view sort_rating;
    std::string_view sort_discount;
    std::string_view sort_relevance;
    std::string_view category;
    std::string_view size;
    std::string_view color;
    std::string_view brand;
    std::string_view price;
    std::string_view price_from;
    std::string_view price_to;
    std::string_view discount;
    std::string_view or_more;  // behind "30%" and "4 ★"
    std::string_view rating;
    std::string_view only_new;
    std::string_view found;  // before a number
    std::string_view nothing_found;
    std::string_view nothing_found_hint;
    std::string_view you_may_like;
    std::string_view shown_for;  // before the words that were searched instead
    std::string_view search_results;
    std::string_view pages;
    std::string_view previous;
    std::string_view next;
    std::string_view page;
    std::string_view price_now;
    std::string_view price_before;
    std::string_view lowest_price;  // of the 30 days before
    std::string_view is_new;
    std::string_view in_stock;
    std::string_view sold_out;
    std::string_view choose_size;
    std::string_view one_size;
    std::string_view add_to_cart;
    std::string_view needs_script;
    std::string_view needs_script_to_see;
    std::string_view checkout;
    std::string_view order;
    std::string_view orders;
    std::string_view profile;
    std::string_view wishlist;
    std::string_view to_wishlist;  // of the heart, before a product's name
    std::string_view tell_when_back;
    std::string_view recently_viewed;
    std::string_view trial;  // of what a newcomer sees in development, with the logins it offers
    std::string_view trial_customer;
    std::string_view trial_manager;
    std::string_view trial_code;
    std::string_view trial_back_office;
    std::string_view size_guide;
    std::string_view description;
    std::string_view details;
    std::string_view goes_with;
    std::string_view alike;
    std::string_view reviews;
    std::string_view of_five;  // behind "4.6"
    std::string_view pictures;
    std::string_view not_found;
    std::string_view not_found_text;
    std::string_view not_open;
    std::string_view not_open_text;
    std::string_view failed;
    std::string_view failed_text;
    std::string_view back_home;
    std::string_view footer;
};

/// English for a language that the pages do not speak.
[[nodiscard]] const Words& words_of(std::string_view language);

}  // namespace marque::storefront
