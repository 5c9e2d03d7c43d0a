/** Runs the release of an owner that was garbage-collected without being disposed of: the last net, not the plan. */
const net = new FinalizationRegistry<() => void>((release) => release());

/**
 * Returns a function that releases what `owner` holds natively, once however often it is called. `release` must not
 * refer to `owner`, or nothing would ever be collected.
 */
export function releaser(owner: object, release: () => void): () => void {
  let released = false;
  const once = () => {
    if (released) return;
    released = true;
    net.unregister(once);
    release();
  };
  net.register(owner, once, once);
  return once;
}
