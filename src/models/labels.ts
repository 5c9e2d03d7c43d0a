/** The class names of a `…ForSequenceClassification` config, as Hugging Face writes them: id2label and label2id. */

interface LabelEntries {
  readonly num_labels: number;
  readonly id2label: Readonly<Record<number, string>>;
  readonly label2id: Readonly<Record<string, number>>;
}

/** Without names: the one output of a reward or value model. */
export const labelsToHuggingFace = (labels: readonly string[] = ["LABEL_0"]): LabelEntries => ({
  num_labels: labels.length,
  id2label: { ...labels },
  label2id: Object.fromEntries(labels.map((label, i) => [label, i])),
});

export interface LabelledConfig {
  readonly architectures?: readonly string[] | null | undefined;
  readonly num_labels?: number | null | undefined;
  readonly id2label?: Readonly<Record<string, string>> | null | undefined;
}

/**
 * Names of two or more classes, in the order of the head's rows; undefined for a single output. Transformers leaves
 * `id2label` out when it is its default: two classes.
 */
export function labelsFromHuggingFace(config: LabelledConfig): readonly string[] | undefined {
  const { id2label, architectures, num_labels: count = isClassifier(architectures) ? 2 : 1 } = config;
  const K = id2label ? Object.keys(id2label).length : (count ?? 1);
  return K < 2 ? undefined : Array.from({ length: K }, (_, i) => id2label?.[i] ?? `LABEL_${i}`);
}

export const isClassifier = (architectures: LabelledConfig["architectures"]): boolean =>
  architectures?.some((name) => name.endsWith("ForSequenceClassification")) ?? false;
