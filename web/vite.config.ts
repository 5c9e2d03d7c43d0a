import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** `vite build` writes dist/, which the server hands out; `vite` alone serves the sources and asks a studio on 7777. */
export default defineConfig({
  plugins: [react()],
  build: { target: "es2022", modulePreload: { polyfill: false } },
  server: { proxy: { "/api": "http://127.0.0.1:7777" } },
});
