import { PlauditError } from "../base/index.ts";
import { argmax, draw, penalize, softmax, threshold } from "./choose.ts";
import type { Step, Wanted } from "./graphs.ts";
import type { DrawnToken, SamplingOptions } from "./options.ts";
import type { Row } from "./rows.ts";

/** The least that a decoding step has to hand out for these options. */
export function wantedFor({ temperature = 1, repetitionPenalty = 1 }: SamplingOptions): Wanted {
  return repetitionPenalty !== 1 ? "logits" : temperature === 0 ? "best" : "probabilities";
}

/** The next token of the row at `place`, from the outputs of a step. */
export function sample(step: Step, place: number, row: Row, options: SamplingOptions, vocabSize: number): DrawnToken {
  const { temperature = 1, topK = 0, topP = 1, minP = 0, repetitionPenalty = 1 } = options;
  if (wantedFor(options) === "best") {
    return drawn(step.outputs.best![place] as number, step.float("probability")[place]!);
  }
  const of = (output: string) => step.float(output).subarray(place * vocabSize, (place + 1) * vocabSize);
  const probabilities = of("probabilities");
  let p = probabilities;
  if (repetitionPenalty !== 1) {
    p = of("logits");
    penalize(p, new Set([...row.prompt, ...row.completion.ids]), repetitionPenalty);
    if (temperature > 0) softmax(p, temperature);
  }
  const id = temperature === 0 ? argmax(p) : draw(p, row.random.uniform(), threshold(p, { topK, topP, minP }));
  return drawn(id, probabilities[id]!);
}

function drawn(id: number, probability: number): DrawnToken {
  if (!(probability >= 0)) {
    throw new PlauditError("the model's probabilities are not numbers", {
      code: "non-finite",
      help: "its weights hold NaN or infinite values: look at the run that made them",
    });
  }
  // A penalty can bring forward a token whose own probability float32 rounds to 0: its least positive value stands in.
  return { id, logprob: Math.log(Math.max(probability, 2 ** -149)) };
}
