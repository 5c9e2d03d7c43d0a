/** What is said about a task beside the answers to it: comments, and the decision of whoever runs the project. */
import { decisionTask, isDecision, type Store } from "../../feedback/index.ts";
import type { Comment, Decision } from "../protocol.ts";

const pageSize = 1000;

/** In the order in which they were written. There are few of them in a project, so they are looked through. */
export async function commentsOn(store: Store, task: string): Promise<Comment[]> {
  const found: Comment[] = [];
  for (let after: string | undefined; ; ) {
    const page = await store.history({ kinds: ["comment"], limit: pageSize, ...(after !== undefined && { after }) });
    for (const { kind, id, at, by, data } of page)
      if (kind === "comment" && data.task === task) found.push({ id, at, by, text: data.text });
    if (page.length < pageSize) return found;
    after = page.at(-1)!.id;
  }
}

/** The last one; null: nobody has decided. */
export async function decisionOn(store: Store, task: string): Promise<Decision | null> {
  const [last] = await store.words({ task: decisionTask(task), newestFirst: true, limit: 1 });
  if (!last || !isDecision(last)) return null;
  const { groups, strength, note } = last.data;
  return {
    ...{ at: last.at, by: last.by, groups },
    ...(strength !== undefined && { strength }),
    ...(note !== undefined && { note }),
  };
}
