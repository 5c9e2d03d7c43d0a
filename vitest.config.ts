import { defineConfig } from "vitest/config";

const resolve = { conditions: ["source"] };
const ssr = { resolve: { conditions: ["source"], externalConditions: ["source"] } };
const project = (name: string, include: string[], more: object = {}) => ({
  resolve,
  ssr,
  // A loaded machine is slow: what is waited for gets longer than the usual second.
  test: { name, include, setupFiles: ["test/setup.ts"], expect: { poll: { timeout: 20_000 } }, ...more },
});

/** Tests are grouped by what they need; ARCHITECTURE.md says what each group may use. */
export default defineConfig({
  test: {
    reporters: ["default", "./tools/closing-line.ts"],
    projects: [
      // Fast, but beside other work on two cores a property over hundreds of texts takes longer than the usual 5 s.
      project("unit", ["src/**/*.test.ts", "web/src/**/*.test.ts", "test/*.test.ts"], {
        exclude: ["src/**/*.ort.test.ts"],
        testTimeout: 30_000,
        isolate: false, // half of the time went into importing the same modules for each of 171 files
        maxWorkers: "100%",
        sequence: { groupOrder: 1 }, // after the others, which take one core each: they compute in threads
      }),
      project("ort", ["src/**/*.ort.test.ts", "test/ort/**/*.test.ts"], { testTimeout: 120_000, pool: "forks" }),
      project("parity", ["test/parity/**/*.test.ts"], { testTimeout: 120_000, pool: "forks" }),
      project("browser", ["test/browser/**/*.test.ts"], {
        globalSetup: ["test/browser/build.ts"],
        testTimeout: 60_000,
        hookTimeout: 120_000,
        pool: "forks",
        fileParallelism: false,
      }),
      project("e2e", ["test/e2e/**/*.test.ts"], {
        testTimeout: 600_000,
        hookTimeout: 600_000,
        pool: "forks",
        fileParallelism: false,
      }),
    ],
  },
});
