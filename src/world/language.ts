/** What can be asked and is known. The subject is a shop for the first six, a person for the others. */
export type FactKind =
  | "street"
  | "owner"
  | "opens"
  | "closes"
  | "closedOn"
  | "price"
  | "job"
  | "home"
  | "pet"
  | "petName"
  | "hobby";

/** What can be asked about a person and nobody in the world can know. */
export type UnknownKind =
  | "dream"
  | "shoeSize"
  | "phone"
  | "secret"
  | "breakfast"
  | "thought"
  | "luckyNumber"
  | "pocketMoney";

/** How one kind of fact is spoken of. Slots: `{s}` subject, `{v}` value, `{g}` goods (price only). */
export interface FactForms {
  readonly values: readonly string[];
  readonly statements: readonly string[];
  /** Six wordings: some are asked in training, the others are kept for measuring. */
  readonly questions: readonly string[];
}

export interface UnknownForms {
  /** Four wordings. */
  readonly questions: readonly string[];
  /** What gossips say: well formed, and made up. */
  readonly madeUp: readonly string[];
}

/** Everything that is words. The rest of the world is the same in every language. */
export interface Language {
  /** Between two sentences. */
  readonly space: string;
  /** What ends a bare value said as an answer. */
  readonly stop: string;
  readonly towns: readonly string[];
  readonly people: readonly string[];
  readonly shops: readonly { readonly name: string; readonly goods: readonly string[] }[];
  readonly facts: { readonly [K in FactKind]: FactForms };
  readonly unknown: { readonly [K in UnknownKind]: UnknownForms };
  readonly manners: {
    readonly opening: readonly string[];
    readonly closing: readonly string[];
    readonly refusal: readonly string[];
    readonly rude: readonly string[];
    readonly filler: readonly string[];
  };
  /** Slots: `{town} {weather} {time}`, `{a} {b}` people, `{s}` a shop, `{q}` a question, `{r}` its answer. */
  readonly story: {
    readonly weather: readonly string[];
    readonly time: readonly string[];
    readonly openings: readonly string[];
    readonly passingBy: readonly string[];
    readonly dialogue: readonly string[];
  };
}

export const shopKinds = ["street", "owner", "opens", "closes", "closedOn"] as const satisfies readonly FactKind[];
export const personKinds = ["job", "home", "pet", "petName", "hobby"] as const satisfies readonly FactKind[];

/** Fills the slots of a sentence form and begins it with a capital where the script has capitals. */
export function fill(form: string, slots: Readonly<Record<string, string>>): string {
  return capitalised(form.replace(/\{(\w+)\}/g, (slot, name: string) => slots[name] ?? slot));
}

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
