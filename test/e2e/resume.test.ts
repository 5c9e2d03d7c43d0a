import { describe, expect, it } from "vitest";
import { commands, survive } from "../prove/resume.ts";

// The same with ten kills each: npm run prove -- resume
describe("kill −9 at random moments, then --resume", () => {
  it.each(commands)(
    "%s: weights, checkpoints, metrics and samples are those of an unbroken run, byte for byte",
    async (command) => {
      const { kills, files, differences } = await survive(command, { seed: 1, kills: 2 });
      expect(kills).toHaveLength(2);
      expect(files).toBeGreaterThan(15); // the final model, three checkpoints and the logs
      expect(differences).toEqual({ resumed: [] });
    },
  );
});
