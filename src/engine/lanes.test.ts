import { describe, expect, it } from "vitest";
import { inLane, sideBySide } from "./lanes.ts";

const turn = () => new Promise((resolve) => setTimeout(resolve, 1));

describe("sideBySide", () => {
  it("has as many at work as there are lanes, and keeps the order of the results", async () => {
    let [atWork, most] = [0, 0];
    const doubled = await sideBySide({ lanes: 2 }, [3, 1, 2, 5, 4], async (x) => {
      most = Math.max(most, ++atWork);
      for (let i = 0; i < x; i++) await turn();
      atWork--;
      return 2 * x;
    });
    expect(doubled).toEqual([6, 2, 4, 10, 8]);
    expect(most).toBe(2);
  });

  it("starts no more after a failure, and throws it when none is at work", async () => {
    const [started, ended]: [number[], number[]] = [[], []];
    const running = sideBySide({ lanes: 2 }, [0, 1, 2, 3], async (x) => {
      started.push(x);
      if (x === 1) throw new Error("the second");
      for (let i = 0; i < 5; i++) await turn();
      ended.push(x);
    });
    await expect(running).rejects.toThrow("the second");
    expect(started).toEqual([0, 1]);
    expect(ended).toEqual([0]);
  });
});

it("inLane runs one job after the other, also after one that failed", async () => {
  const order: string[] = [];
  const first = inLane(0, async () => {
    await turn();
    order.push("first");
    throw new Error("it failed");
  });
  const second = inLane(0, async () => order.push("second"));
  await expect(first).rejects.toThrow("it failed");
  await second;
  expect(order).toEqual(["first", "second"]);
});
