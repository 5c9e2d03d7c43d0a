import { PlauditError } from "../../base/index.ts";
import { show, userLine } from "../graph/index.ts";
import { namedNode, type OnnxNode } from "../onnx/index.ts";

/**
 * An error of the runtime in the graph's words: it names the node that failed by its place in our list, so what that
 * computes, its operands' shapes and the line of user code that made it are known. Other errors are returned as they are.
 */
export function explained(error: unknown, nodes: readonly OnnxNode[]): unknown {
  if (!(error instanceof PlauditError)) return error;
  const source = namedNode(nodes, error.message)?.source;
  if (source === undefined) return error;
  const lacking = error.message.includes("Could not find an implementation");
  const cause = lacking
    ? "this device has no kernel for its element type"
    : error.message.replace(/^.* Status Message: /s, "").trim();
  return new PlauditError(`${source.op} of ${source.inputs.map(show).join(", ")}: ${cause}`, {
    code: "engine",
    where: userLine(source.site),
    help: lacking ? 'cast(x, "float32") first' : undefined,
    cause: error,
  });
}
