import { defineConfig } from "vite";

export default defineConfig({
  base: "/",
  publicDir: false,
  logLevel: "warn",
  build: {
    target: "es2022",
    assetsDir: "assets",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: {
      input: ["index.html", "display.html", "board.html", "desk.html", "team.html", "sheet.html", "sign-in.html"],
    },
  },
});
