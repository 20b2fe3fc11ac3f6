// How the back office looks: the shop's tokens in Mantine's words. A market's colour is the colour of everything that
// acts in it, so that nobody changes one market and means the other.
import {
  type CSSVariablesResolver,
  createTheme,
  localStorageColorSchemeManager,
  type MantineColorsTuple,
  Modal,
  Drawer,
  Table,
  Tooltip,
} from "@mantine/core";

/** Dark greys as warm as the shop's. */
const dark: MantineColorsTuple = [
  "#f3eee7",
  "#d6cfc6",
  "#b9b2aa",
  "#8d857c",
  "#4b4641",
  "#3a3632",
  "#292623",
  "#201e1c",
  "#161514",
  "#0f0e0d",
];

/** As warm as the shop's paper. */
const gray: MantineColorsTuple = [
  "#f8f5f0",
  "#f1ede7",
  "#e9e3db",
  "#e3ddd4",
  "#cfc7bc",
  "#a89f94",
  "#857d74",
  "#5f5953",
  "#3b3733",
  "#1d1b19",
];

/** Its shades are variables of the style: they follow the managed market. */
const market = Array.from({ length: 10 }, () => "#1d1b19") as unknown as MantineColorsTuple;

export const theme = createTheme({
  colors: { dark, gray, market },
  fontFamily: "var(--text)",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  headings: { fontFamily: "var(--text)", fontWeight: "600" },
  defaultRadius: "sm",
  primaryColor: "market",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    // A dialog's head is no banner of the page.
    ModalHeader: { defaultProps: { role: "presentation" } },
    Modal: Modal.extend({ defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45 } } }),
    Drawer: Drawer.extend({ defaultProps: { overlayProps: { backgroundOpacity: 0.45 } } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 8, horizontalSpacing: "sm" } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, withArrow: true } }),
  },
});

const both = {
  "--mantine-color-body": "var(--paper)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-dimmed": "var(--quiet)",
  "--mantine-color-placeholder": "var(--quiet)",
  "--mantine-color-default": "var(--surface)",
  "--mantine-color-default-hover": "var(--sunken)",
  "--mantine-color-default-color": "var(--ink)",
  "--mantine-color-default-border": "var(--line)",
  "--mantine-color-error": "var(--sale)",
  "--mantine-color-anchor": "var(--market-ink)",
  "--mantine-color-market-filled": "var(--market)",
  "--mantine-color-market-filled-hover": "color-mix(in srgb, var(--market), #000 18%)",
  "--mantine-color-market-light": "color-mix(in srgb, var(--market-ink) 10%, transparent)",
  "--mantine-color-market-light-hover": "color-mix(in srgb, var(--market-ink) 16%, transparent)",
  "--mantine-color-market-light-color": "var(--market-ink)",
  "--mantine-color-market-outline": "var(--market-ink)",
  "--mantine-color-market-outline-hover": "color-mix(in srgb, var(--market-ink) 6%, transparent)",
  "--mantine-color-market-text": "var(--market-ink)",
};

export const variables: CSSVariablesResolver = () => ({ variables: {}, light: both, dark: both });

/** The shop's own choice of light and dark counts here, too. */
export const schemeManager = localStorageColorSchemeManager({ key: "marque.theme" });

/** Everything that acts takes the market's colour. */
export function wear(colour: string): void {
  document.documentElement.style.setProperty("--market", colour);
}

const colours: Record<string, string> = { kg: "#0b6b63", us: "#3145b0" };
const others = ["#8a2f6f", "#8a4b10", "#2e6b1f", "#6b2fa0", "#9a2b2b"];

/** The colour of a market: white text can be read on it. */
export function colourOf(market: string): string {
  const sum = [...market].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  return colours[market] ?? others[sum % others.length] ?? "#1d1b19";
}
