// Builds the back office into build/web/admin, as the storefront is built: names with a digest, each file beside its
// brotli and gzip form. The page that loads them is made by the server (src/features/backoffice).
import { resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "../compressed";

const folder = resolve(import.meta.dirname, "../../build/web/admin");

export default defineConfig({
  root: import.meta.dirname,
  base: "/admin/assets/",
  logLevel: "warn",
  plugins: [react(), compressed(folder)],
  build: {
    outDir: folder,
    emptyOutDir: true,
    assetsDir: "",
    // An asset inside a style would need `data:` for fonts in the policy.
    assetsInlineLimit: 0,
    target: "es2022",
    modulePreload: { polyfill: false },
    // One style for all pages: parts of it would come after what they belong to.
    cssCodeSplit: false,
    rollupOptions: {
      input: { admin: resolve(import.meta.dirname, "src/admin.tsx") },
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "part-[name]-[hash].js",
        assetFileNames: (asset) =>
          asset.names.some((name) => name.endsWith(".css")) ? "admin-[hash][extname]" : "[name]-[hash][extname]",
      },
    },
  },
});
