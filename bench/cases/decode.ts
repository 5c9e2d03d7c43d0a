import { PlauditError } from "../../src/base/index.ts";
import { type Completion, generator } from "../../src/generate/index.ts";
import { type GptConfig, type Model, newModel } from "../../src/models/index.ts";
import type { Case } from "../case.ts";
import { alone, type Contestant, compare, inTurn, seconds } from "../measure.ts";
import { gpt2Small, gptTiny, randomTokens, writeModel } from "../models.ts";
import type { Peer } from "../peer.ts";

const promptLength = 64;
const maxNewTokens = 128;
/** Our tokens' log-probabilities against the peer's full forward pass. */
const tolerance = 1e-3;

interface Decode {
  readonly config: GptConfig;
  /** Name of the row and its batch size. */
  readonly batches: Readonly<Record<string, number>>;
}

const decodes: readonly Decode[] = [
  { config: gpt2Small, batches: { "decode-b1": 1, "decode-b8": 8, "decode-b32": 32 } },
  { config: gptTiny(promptLength + maxNewTokens), batches: { "decode-0.87m-b32": 32 } },
];

/** Whole calls of `generate`, prompt included, with plain sampling; new tokens a second. */
export const decodeCase: Case = async function* ({ folder, rounds, startPeer }) {
  await using peer = await startPeer("decode.py");
  for (const { config, batches } of decodes) {
    const model = newModel(config, 1);
    if (peer !== undefined) {
      writeModel(model, folder);
      await peer.ask("open", { folder });
      await requireEqualProbabilities(model, peer);
    }
    for (const [name, rows] of Object.entries(batches)) {
      const prompts = randomTokens(rows, promptLength, config.vocabSize);
      using ours = ourSide(model, prompts);
      if (peer === undefined) yield alone(name, "tokens/s", (await inTurn({ ours }, rounds)).ours);
      else {
        const speeds = await inTurn({ ours, transformers: theirSide(peer, prompts) }, rounds);
        yield compare(`${name}/transformers`, "tokens/s", speeds.ours, speeds.transformers);
      }
    }
  }
};

function ourSide(model: Model, prompts: readonly number[][]): Contestant & Disposable {
  const sampler = generator(model);
  return {
    async run() {
      let tokens = 0;
      const time = await seconds(async () => {
        for (const { ids } of await sampler.generate(prompts, { maxNewTokens })) tokens += ids.length;
      });
      return tokens / time;
    },
    [Symbol.dispose]: () => sampler.dispose(),
  };
}

const theirSide = (peer: Peer, prompts: readonly number[][]): Contestant => ({
  async run() {
    const { tokens, seconds } = await peer.ask<{ tokens: number; seconds: number }>("generate", {
      prompts,
      newTokens: maxNewTokens,
    });
    return tokens / seconds;
  },
});

/** What we sampled, and with which probabilities, must be what the peer's model says of the same tokens. */
async function requireEqualProbabilities(model: Model, peer: Peer): Promise<void> {
  const prompts = randomTokens(2, promptLength, model.network.vocabSize);
  using sampler = generator(model);
  const completions = await sampler.generate(prompts, { maxNewTokens: 8 });
  for (const [i, { ids, logprobs }] of completions.entries() as ArrayIterator<[number, Completion]>) {
    const request = { prompt: prompts[i], completion: ids };
    const theirs = (await peer.ask<{ logprobs: number[] }>("logprobs", request)).logprobs;
    const apart = Math.max(...logprobs.map((x, t) => Math.abs(x - theirs[t]!)));
    if (apart <= tolerance) continue;
    throw new PlauditError(`the log-probabilities of sampled tokens are up to ${apart} apart`, {
      code: "bench-disagreement",
      help: "the two sides do not sample from the same model, so their times mean nothing",
    });
  }
}
