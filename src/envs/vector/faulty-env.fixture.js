// An environment of one's own in a module, for the tests of threads: counts, and on action 2 does what `fault` says.
const discrete = (n) => ({ kind: "discrete", n, start: 0 });

export default ({ fault }) => {
  let count = 0;
  return {
    observationSpace: fault === "sequence" ? { kind: "sequence", space: discrete(2) } : discrete(100),
    actionSpace: discrete(3),
    reset({ seed } = {}) {
      count = seed ?? 0;
      return [count, {}];
    },
    step(action) {
      if (action === 2 && fault === "throw") throw new Error("boom");
      if (action === 2 && fault === "exit") process.exit();
      while (action === 2 && fault === "hang");
      count++;
      return [count, action, false, false, { count }];
    },
    snapshot: () => count,
    restore(state) {
      count = state;
    },
  };
};
