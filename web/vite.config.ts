import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** `vite build` writes dist/, which the server hands out; `vite` alone serves the sources and asks a studio on 7777. */
export default defineConfig(({ command }) => {
  // Under a test runner's NODE_ENV React's development build would come into dist/ and stay there.
  if (command === "build") process.env.NODE_ENV = "production";
  return {
    plugins: [react()],
    build: { target: "es2022", modulePreload: { polyfill: false }, chunkSizeWarningLimit: 1000 },
    server: { proxy: { "/api": "http://127.0.0.1:7777" } },
  };
});
