// cairo writes the PDF: it embeds the glyphs that are used and what they mean, so that text can be searched.
#include "features/invoices/pdf.h"

#include <cairo/cairo-ft.h>
#include <cairo/cairo-pdf.h>

#include <memory>
#include <stdexcept>

#include "core/check.h"

namespace marque::invoices {
namespace {

/// Debian's fonts-dejavu-core: Latin and Cyrillic with the Kyrgyz letters.
constexpr const char* plain_font = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
constexpr const char* bold_font = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf";
constexpr double line_width = 0.5;

/// Kept as long as the process lives: cairo remembers fonts beyond the documents they were used in.
struct Fonts {
    Fonts() {
        if (FT_Init_FreeType(&library) != 0) throw std::runtime_error("FreeType cannot be started");
        plain = load(plain_font);
        bold = load(bold_font);
    }
    cairo_font_face_t* load(const char* path) const {
        FT_Face face = nullptr;
        if (FT_New_Face(library, path, 0, &face) != 0) {
            throw std::runtime_error(std::string{"the font cannot be read: "} + path);
        }
        return cairo_ft_font_face_create_for_ft_face(face, FT_LOAD_NO_HINTING);
    }
    FT_Library library = nullptr;
    cairo_font_face_t* plain = nullptr;
    cairo_font_face_t* bold = nullptr;
};

const Fonts& fonts() {
    static const Fonts loaded;
    return loaded;
}

using Surface = std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)>;
using Pen = std::unique_ptr<cairo_t, decltype(&cairo_destroy)>;

cairo_status_t append(void* out, const unsigned char* bytes, unsigned int size) {
    static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(bytes), size);
    return CAIRO_STATUS_SUCCESS;
}

void use(cairo_t* pen, Style style) {
    cairo_set_font_face(pen, style.bold ? fonts().bold : fonts().plain);
    cairo_set_font_size(pen, style.size);
}

double advance_of(cairo_t* pen, const std::string& text) {
    cairo_text_extents_t extents;
    cairo_text_extents(pen, text.c_str(), &extents);
    return extents.x_advance;
}

void draw(cairo_t* pen, const Mark& mark) {
    if (mark.text.empty()) {
        cairo_move_to(pen, mark.x, mark.y);
        cairo_line_to(pen, mark.x_end, mark.y);
        cairo_stroke(pen);
        return;
    }
    use(pen, mark.style);
    const double x = mark.align == Align::right ? mark.x - advance_of(pen, mark.text) : mark.x;
    cairo_move_to(pen, x, mark.y);
    cairo_show_text(pen, mark.text.c_str());
}

void require_good(cairo_status_t status) {
    if (status != CAIRO_STATUS_SUCCESS) throw std::runtime_error(cairo_status_to_string(status));
}

}  // namespace

double width_of(std::string_view text, Style style) {
    static const Surface surface{cairo_recording_surface_create(CAIRO_CONTENT_ALPHA, nullptr), cairo_surface_destroy};
    static const Pen pen{cairo_create(surface.get()), cairo_destroy};
    use(pen.get(), style);
    return advance_of(pen.get(), std::string{text});
}

std::string pdf_of(const std::vector<Page>& pages, const std::string& title, const std::string& created_at) {
    std::string out;
    const Surface surface{cairo_pdf_surface_create_for_stream(append, &out, page_width, page_height),
                          cairo_surface_destroy};
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, title.c_str());
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, created_at.c_str());
    const Pen pen{cairo_create(surface.get()), cairo_destroy};
    cairo_set_line_width(pen.get(), line_width);
    for (const auto& page : pages) {
        for (const auto& mark : page) draw(pen.get(), mark);
        cairo_show_page(pen.get());
    }
    require_good(cairo_status(pen.get()));
    cairo_surface_finish(surface.get());
    require_good(cairo_surface_status(surface.get()));
    return out;
}

}  // namespace marque::invoices
