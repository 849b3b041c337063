import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import optimizeLocales from "@react-aria/optimize-locales-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

// The pages for people without an account stay out of what a signed-in person keeps on the device.
const NOT_CACHED = /\.map$|^\/sw\.js$|^\/outside\/|^\/assets\/outside\//;
const OUTSIDE = ["a", "d", "journal", "r", "s"].map((name) => `outside/${name}.html`);

/** Writes sw.js with the list of files that the shell needs without a connection, and a version made of them. */
function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    writeBundle({ dir = "dist" }) {
      const files = readdirSync(dir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => `${entry.parentPath}/${entry.name}`.slice(dir.length))
        .filter((file) => !NOT_CACHED.test(file))
        .sort();
      const version = createHash("sha256");
      for (const file of files) version.update(file).update(readFileSync(join(dir, file)));
      const written = readFileSync("sw.template.js", "utf8")
        .replace("__VERSION__", `shell-${version.digest("hex").slice(0, 16)}`)
        .replace("__FILES__", JSON.stringify(files));
      writeFileSync(join(dir, "sw.js"), written);
    },
  };
}

const folder = (source?: string | null) => (source?.includes("outside/") ? "outside/" : "");

export default defineConfig({
  plugins: [
    { ...optimizeLocales.vite({ locales: ["ru-RU", "en-US"] }), enforce: "pre" as const },
    react(),
    serviceWorker(),
  ],
  // No inline script, style or font: the policy of infra/security_headers.json allows none.
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ["index.html", ...OUTSIDE],
      output: {
        entryFileNames: ({ facadeModuleId }) => `assets/${folder(facadeModuleId)}[name]-[hash].js`,
        assetFileNames: ({ originalFileNames }) => `assets/${folder(originalFileNames[0])}[name]-[hash][extname]`,
      },
    },
  },
  server: { proxy: { "/api": "http://localhost:8000", "/.well-known": "http://localhost:8000" } },
});
