/**
 * Lesson 4: people rank answers. Two of them, key by key, as in `plaudit label`; ties allowed, nothing lost.
 * 第 4 课：人来排序。两个人像在 `plaudit label` 里那样一个键一个键地排；可以并列，什么都不会丢。
 *
 *   npx tsx --conditions=source examples/04-ranking.ts [en|zh]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stream } from "plaudit";
import {
  agreementOf,
  judgementsOf,
  shown as onScreen,
  openJournal,
  press,
  rankingRows,
  readJournal,
  startSession,
  tasksOf,
  ulid,
} from "plaudit/feedback";
import { inLanguage, percent, say, shown } from "./lesson.ts";
import { facts, isPolite, isRude, say as tell } from "./town.ts";

// Four answers to each of six questions: polite, plain, rude, and polite but wrong.
// 六个问题，每个四种回答：客气的、平常的、无礼的，以及客气却答错的。
const tasks = tasksOf(
  facts.slice(0, 6).map(({ told, untrue, prompts }) => ({
    prompt: prompts[0]!,
    completions: [tell(told, "polite"), tell(told, "plain"), tell(told, "rude"), tell(untrue, "polite")],
  })),
);

// Two people. A digit is the rank of the answer at that place on the screen; the same digit twice is a tie.
// 两个人。数字是屏幕上那个位置的回答的名次；同一个数字按两次就是并列。
const isTrue = (answer: string) => facts.some(({ told }) => answer.includes(told));
const people = {
  [inLanguage("Ada", "阿达")]: (a: string) => (!isTrue(a) ? 4 : isRude(a) ? 3 : isPolite(a) ? 1 : 2),
  [inLanguage("Ben", "阿本")]: (a: string) => (isRude(a) ? 4 : !isTrue(a) ? 3 : 1), // courtesy is all the same to Ben
};

const folder = mkdtempSync(join(tmpdir(), "plaudit-lesson-"));
const path = join(folder, "journal.jsonl");
try {
  let now = Date.UTC(2025, 0, 1);
  const random = stream(1, "journal");
  const journal = openJournal(path);
  for (const [by, digitOf] of Object.entries(people)) {
    let session = startSession({ by, tasks, entries: journal.entries, seed: 1, now });
    const key = (name: string) => {
      now += 1000;
      const { session: next, said } = press(session, name, now);
      session = next;
      // What was handed in is on disk before the next key is read.
      // 交出去的排序，在读下一个键之前就已经落盘。
      if (said) journal.append([{ format: 1, id: ulid(now, random), at: new Date(now).toISOString(), by, ...said }]);
    };
    for (let i = 0; i < tasks.length; i++) {
      for (const { completion } of onScreen(session)) key(String(digitOf(completion as string)));
      key("enter");
    }
    key("u"); // takes the last ranking back … / 收回最后一个……
    for (const { completion } of onScreen(session)) key(String(digitOf(completion as string)));
    key("enter"); // … and gives it anew / ……再排一次
  }
  journal.close();

  // The journal is the truth: whatever else is there can be made from it.
  // 日志就是事实，其余一切都能由它重新算出。
  const entries = readJournal(path);
  const judgements = judgementsOf(entries);
  shown(
    entries.length === 16 && judgements.length === 12,
    `${entries.length} lines in the journal, of which ${judgements.length} rankings count`,
    `日志共 ${entries.length} 行，其中 ${judgements.length} 个排序有效`,
  );
  const { ranks } = rankingRows(judgements).at(-1)!;
  shown(
    ranks.filter((rank) => rank === 1).length === 2 && !ranks.includes(2),
    `a ranking as the reward model takes it: ranks ${JSON.stringify(ranks)}; two first places, so no second`,
    `奖励模型拿到的样子：名次 ${JSON.stringify(ranks)}；两个第一，所以没有第二`,
  );
  const { all } = agreementOf(judgements);
  // Of 6 pairs of answers Ben ties one; of the other 5 the two order all but one alike (rude or untrue: what is worse?).
  // 六对回答里阿本有一对并列；其余五对，只有“无礼”和“答错”哪个更糟，两人看法不同。
  shown(
    all!.pairs === 30 && Math.abs(all!.value - 0.8) < 1e-9,
    `the two agree on ${percent(all!.value)} of ${all!.pairs} pairs (95 %: ${percent(all!.low)} to ${percent(all!.high)})`,
    `两人在 ${all!.pairs} 对回答上的一致率是 ${percent(all!.value)}（95 % 区间 ${percent(all!.low)} 到 ${percent(all!.high)}）`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
say(
  "InstructGPT's labellers agreed on about 73 % of pairs: a reward model cannot know better than its people.",
  "InstructGPT 的标注员之间一致率约为 73 %：奖励模型不会比教它的人更一致。",
);
