// A process that writes into a store until it is killed or has written enough, and prints each id that was acknowledged:
// writer.ts FOLDER URL|- NAME COUNT
import { writeSync } from "node:fs";
import { stream } from "../../src/base/index.ts";
import { type Entry, openStore, ulid } from "../../src/feedback/index.ts";

const [folder = "", url = "-", by = "", count = "0"] = process.argv.slice(2);
const database = url === "-" ? undefined : url;

async function main(): Promise<void> {
  const store = await openStore(folder, { now: Date.now, database });
  const started = Date.now();
  const random = stream(started, by);
  let left = Number(count);
  const write = async () => {
    while (left-- > 0) {
      const entry: Entry = {
        ...{ format: 1, id: ulid(Date.now(), random), at: new Date().toISOString(), by, kind: "judgement" },
        data: {
          ...{ task: `t${random.integer(20)}`, prompt: "When? 几点？", completions: ["at eight", "八点"] },
          ...{
            groups: [[random.integer(2)]],
            order: [0, 1],
            seconds: 1,
            ui: "test",
            note: "x".repeat(random.integer(600)),
          },
        },
      };
      await store.append([entry]);
      writeSync(1, `${entry.id}\n`);
      if (random.integer(4) === 0) await store.lease(by, 2);
    }
  };
  await Promise.all(Array.from({ length: 6 }, write));
  await store.close();
}
void main();
