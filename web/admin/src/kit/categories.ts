// Categories of the managed market: read once, named in the reader's language wherever they stand.
import { useQuery } from "@tanstack/react-query";
import { answer, api } from "../api";
import { nameOf } from "../language";
import { key } from "../query";

export function useCategories() {
  return useQuery({
    queryKey: key("categories"),
    queryFn: () => answer(api.GET("/api/v1/manager/categories", {})),
  });
}

/** What the category of a slug is called; the slug itself until its name is known. */
export function useCategoryName(): (slug: string) => string {
  const { data } = useCategories();
  return (slug) => {
    const category = data?.items.find((each) => each.slug === slug);
    return category ? nameOf(category) : slug;
  };
}
