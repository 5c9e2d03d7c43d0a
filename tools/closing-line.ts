import type { Reporter, TestModule, TestSpecification } from "vitest/node";

/** Ends a run with one line that people and machines read: `N passed, N failed, N skipped`. */
export default class ClosingLine implements Reporter {
  #files = 0;

  onTestRunStart(files: readonly TestSpecification[]): void {
    this.#files = files.length;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    // A file that was never run is no success: vitest leaves out a group of tests in silence when its order is negative.
    const left = Math.max(0, this.#files - modules.length);
    if (left > 0) {
      process.stdout.write(`\n${left} of ${this.#files} test files were not run\n`);
      process.exitCode = 1;
    }
    const count = { passed: 0, failed: unhandled.length + left, skipped: 0 };
    for (const module of modules) {
      const failedBefore = count.failed;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state !== "pending") count[state]++;
      }
      // A file that could not be loaded, or whose preparation failed, failed though none of its tests did.
      if (module.state() === "failed" && count.failed === failedBefore) count.failed++;
    }
    process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
  }
}
