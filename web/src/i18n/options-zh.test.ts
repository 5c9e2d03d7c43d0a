import { describe, expect, it } from "vitest";
import { ppo } from "../../../src/cli/train/ppo.ts";
import { reward } from "../../../src/cli/train/reward.ts";
import { sft } from "../../../src/cli/train/sft.ts";
import { trainingOptions } from "../../../src/server/runs/options.ts";
import { optionHelp } from "./options-zh.ts";
import { helpIn } from "./saying.ts";
import { watching } from "./watching-en.ts";

const commands = { sft: sft.schema, reward: reward.schema, ppo: ppo.schema };
/** All that the page explains: name and sentence of every option that it has no words of its own for. */
const shown = Object.values(trainingOptions(commands))
  .flat()
  .filter(({ name }) => !(name in watching.option));
const key = (name: string, help: string) => `${name}: ${help}`;

describe("what options do, in Chinese", () => {
  it("is known of every option of a training that the page explains", () => {
    expect(shown.length).toBeGreaterThan(50);
    const english = shown.filter((option) => helpIn("zh", option).lang === "en");
    expect(english.map(({ name, help }) => key(name, help))).toEqual([]);
  });

  it("is said of no option and no sentence that is gone", () => {
    const current = new Set(shown.map(({ name, help }) => key(name, help)));
    const said = Object.entries(optionHelp).flatMap(([name, texts]) => Object.keys(texts).map((en) => key(name, en)));
    expect(said.filter((one) => !current.has(one))).toEqual([]);
  });

  it("stays English where the sentence is another one, and on English pages", () => {
    const option = { name: "seed", help: "same seed, same machine, same bytes" };
    expect(helpIn("zh", { ...option, help: "new words" })).toEqual({ text: "new words", lang: "en" });
    expect(helpIn("en", option)).toEqual({ text: option.help, lang: "en" });
    expect(helpIn("zh", option)).toEqual({ text: expect.stringMatching(/^随机种子/), lang: "zh-CN" });
  });

  it("has Chinese letters, and Chinese signs where they touch them", () => {
    for (const text of Object.values(optionHelp).flatMap((texts) => Object.values(texts))) {
      expect(text).toMatch(/\p{Script=Han}/u);
      expect(text).not.toMatch(
        /[，。：；、（）] |\p{Script=Han}[,.;:?!()]|\p{Script=Han}[A-Za-z0-9]|[A-Za-z0-9]\p{Script=Han}/u,
      );
    }
  });
});
