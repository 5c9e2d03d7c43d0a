/**
 * Lesson 7: generation. Likeliest or drawn, streamed, stopped; and a draw that does not depend on its neighbours.
 * 第 7 课：生成。取最可能的或抽样，流式输出，适时停下；抽到什么，不受同批其他行影响。
 *
 *   npx tsx --conditions=source examples/07-generate.ts [en|zh]
 */
import { generator } from "plaudit";
import { say, shown } from "./lesson.ts";
import { facts, fineTuned } from "./town.ts";

const { tokenizer, ...model } = await fineTuned(); // lesson 3 / 第 3 课
using writer = generator(model); // ids in, ids out / 进出都是 token 编号
const prompts = facts.map(({ prompts }) => tokenizer.encode(prompts[0]!));
const text = (ids: readonly number[]) => tokenizer.decode(ids, { skipSpecial: true }).trim();
const settings = { maxNewTokens: 32, stopIds: [tokenizer.special.eos!] };

// 1. Temperature 0 takes the likeliest token each time: always the same text.
//    温度为 0，每次取最可能的 token，结果总是一样。
const greedy = () => writer.generate(prompts, { ...settings, temperature: 0 });
const [once, again] = [await greedy(), await greedy()];
shown(
  once.every(({ ids }, i) => ids.join() === again[i]!.ids.join()),
  `greedy, twice the same: ${text(once[0]!.ids)}`,
  `贪心解码，两次相同：${text(once[0]!.ids)}`,
);

// 2. Temperature 1 draws as likely as the model thinks; a higher one is bolder, top-k keeps it to the likeliest few.
//    温度为 1，按模型自己的概率抽；更高就更大胆，top-k 只在最可能的几个里抽。
const many = Array.from({ length: 32 }, () => prompts[0]!);
const variety = async (options: object) => {
  const drawn = await writer.generate(many, { ...settings, ...options });
  return new Set(drawn.map(({ ids }) => text(ids))).size;
};
const [calm, bold, tight] = [
  await variety({ temperature: 0.5 }),
  await variety({ temperature: 2 }),
  await variety({ temperature: 2, topK: 1 }),
];
shown(
  calm < bold && tight === 1,
  `different answers among 32: ${calm} at temperature 0.5, ${bold} at 2, ${tight} at 2 with top-k 1`,
  `32 个回答里不同的有：温度 0.5 时 ${calm} 个，温度 2 时 ${bold} 个，温度 2 加 top-k 1 时 ${tight} 个`,
);

// 3. Each row has a random stream of its own: the same answer alone or in company, whatever else is asked.
//    每一行有自己的随机流：单独问还是和别人一起问，回答都一样。
const company = await writer.generate(prompts, { ...settings, seed: 7 });
const [alone] = await writer.generate([prompts[5]!], { ...settings, seed: 7, streamKey: () => [5] });
shown(
  alone!.ids.join() === company[5]!.ids.join(),
  `row 5 alone says what it says among ${prompts.length}: ${text(alone!.ids)}`,
  `第 5 行单独生成，与 ${prompts.length} 行一起时相同：${text(alone!.ids)}`,
);

// 4. Token by token, as a chat shows it, with the log-probability of each.
//    一个一个地出来，像聊天那样，还带着各自的对数概率。
let [words, logprob] = [0, 0];
process.stdout.write("  ");
for await (const token of writer.stream(prompts[1]!, { ...settings, temperature: 0 })) {
  process.stdout.write(text([token.id]) === "" ? "·" : tokenizer.decode([token.id]));
  words++;
  logprob += token.logprob;
}
console.log();
const sum = once[1]!.logprobs.reduce((a, b) => a + b, 0);
shown(
  words === once[1]!.ids.length && Math.abs(sum - logprob) < 1e-5,
  `${words} tokens, probability of this answer ${Math.exp(logprob).toFixed(2)}`,
  `共 ${words} 个 token，这个回答的概率为 ${Math.exp(logprob).toFixed(2)}`,
);

// 5. One's own rule may end a completion: here the first full stop.
//    也可以自己定什么时候停：这里遇到第一个句号就停。
const [short] = await writer.generate([prompts[0]!], {
  maxNewTokens: 32,
  temperature: 0,
  stop: (ids) => /[.。]/.test(tokenizer.decode(ids.slice(-1))),
});
shown(
  short!.finish === "stop" && /[.。]$/.test(text(short!.ids)),
  `stopped: ${text(short!.ids)}`,
  `停在：${text(short!.ids)}`,
);
say("The same from the command line: plaudit generate --help", "命令行里做同样的事：plaudit generate --help");
