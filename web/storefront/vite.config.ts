// Builds the storefront's script and style into build/web/storefront: names with a digest, each beside its brotli and
// gzip form, so that the server sends them as they are.
import { resolve } from "node:path";
import { defineConfig } from "vite";
import { compressed } from "../compressed";

const folder = resolve(import.meta.dirname, "../../build/web/storefront");

export default defineConfig({
  root: import.meta.dirname,
  base: "/assets/",
  logLevel: "warn",
  plugins: [compressed(folder)],
  build: {
    outDir: folder,
    emptyOutDir: true,
    assetsDir: "",
    // An asset inside a style would need `data:` for fonts in the policy.
    assetsInlineLimit: 0,
    target: "es2022",
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        storefront: resolve(import.meta.dirname, "src/storefront.ts"),
        theme: resolve(import.meta.dirname, "src/theme.ts"),
      },
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "part-[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
});
