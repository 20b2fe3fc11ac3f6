// Tells the server which banners were seen and clicked. Nobody waits for it, and nothing is told of who it was.
import { market } from "@marque/shared/place";

function count(id: string, what: "view" | "click"): void {
  // keepalive: a click leaves the page.
  void fetch(`/api/v1/banners/${id}/${what}`, {
    method: "POST",
    headers: { "X-Market": market },
    keepalive: true,
  }).catch(() => undefined);
}

export function enliven(): void {
  const banners = document.querySelectorAll<HTMLElement>("[data-banner]");
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting || !(target instanceof HTMLElement)) continue;
        seen.unobserve(target);
        count(target.dataset.banner ?? "", "view");
      }
    },
    { threshold: 0.5 },
  );
  for (const banner of banners) {
    seen.observe(banner);
    banner.addEventListener("click", () => count(banner.dataset.banner ?? "", "click"));
  }
}
