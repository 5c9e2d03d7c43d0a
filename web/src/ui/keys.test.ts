import { describe, expect, it } from "vitest";
import { shortcutOf } from "./keys.ts";

const press = (key: string, more: object = {}) => ({
  ...{ key, ctrlKey: false, metaKey: false, altKey: false, isComposing: false, keyCode: 0 },
  ...more,
});
const page = { tag: "DIV" };

describe("shortcuts", () => {
  it("are letters, digits and arrows while nobody types", () => {
    expect(shortcutOf(press("J"), page)).toBe("j");
    expect(shortcutOf(press("3"), page)).toBe("3");
    expect(shortcutOf(press("3"), { tag: "INPUT", type: "radio" })).toBe("3");
  });

  it("rest in every field that takes text", () => {
    const fields = [
      ...["text", "search", "password", "number", undefined].map((type) => ({ tag: "INPUT", type })),
      ...[{ tag: "TEXTAREA" }, { tag: "SELECT" }, { tag: "DIV", editable: true }],
    ];
    for (const field of fields) expect(shortcutOf(press("s"), field)).toBeUndefined();
  });

  it("never take a key from an input method, not even Enter with a modifier", () => {
    expect(shortcutOf(press("1", { isComposing: true }), page)).toBeUndefined();
    expect(shortcutOf(press("Enter", { keyCode: 229, metaKey: true }), { tag: "TEXTAREA" })).toBeUndefined();
  });

  it("leave the browser its own, but Ctrl or ⌘ with Enter hands in from anywhere", () => {
    expect(shortcutOf(press("z", { ctrlKey: true }), page)).toBeUndefined();
    expect(shortcutOf(press("Enter", { ctrlKey: true }), { tag: "TEXTAREA" })).toBe("mod+enter");
  });

  it("Enter presses the button in focus, arrows move within a group of radio buttons and along a slider", () => {
    expect(shortcutOf(press("Enter"), { tag: "BUTTON" })).toBeUndefined();
    expect(shortcutOf(press("Enter"), page)).toBe("enter");
    for (const type of ["radio", "range"])
      expect(shortcutOf(press("ArrowDown"), { tag: "INPUT", type })).toBeUndefined();
  });
});
