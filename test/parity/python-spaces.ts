import {
  type BoxType,
  box,
  dict,
  discrete,
  multiBinary,
  multiDiscrete,
  oneOf,
  type Space,
  sequence,
  text,
  tuple,
} from "../../src/envs/index.ts";

type Argument = Space | number | string | readonly Argument[];

/** A space as fixtures write it, in Python: `Dict(a=Discrete(5), b=Box(-1, 1, (2,), float32))`. */
export function parseSpace(written: string): Space {
  const tokens = written.match(/'[^']*'|-?[\d.]+|\w+|[()[\],=]/g) ?? [];
  let at = 0;
  const isOpen = (token: string | undefined) => token === "(" || token === "[";
  const closed = (token: string | undefined) => token === ")" || token === "]";

  /** What stands between brackets: by position and by name. */
  const inside = (): { listed: Argument[]; named: Record<string, Argument> } => {
    const listed: Argument[] = [];
    const named: Record<string, Argument> = {};
    at++;
    while (!closed(tokens[at])) {
      if (tokens[at] === ",") at++;
      else if (tokens[at + 1] === "=") {
        const name = tokens[at]!;
        at += 2;
        named[name] = argument();
      } else listed.push(argument());
    }
    at++;
    return { listed, named };
  };
  const argument = (): Argument => {
    const token = tokens[at]!;
    if (isOpen(token)) return inside().listed;
    at++;
    if (isOpen(tokens[at])) return make(token, inside());
    if (token.startsWith("'")) return token.slice(1, -1);
    return Number.isNaN(Number(token)) ? token : Number(token);
  };
  return argument() as Space;
}

function make(name: string, { listed, named }: { listed: Argument[]; named: Record<string, Argument> }): Space {
  const [first, second, third, fourth] = listed as never[];
  switch (name) {
    case "Discrete":
      return discrete(first!, (named.start ?? 0) as number);
    case "Box":
      return box(first!, second!, third, (fourth ?? "float32") as BoxType);
    case "MultiDiscrete":
      return multiDiscrete(first!);
    case "MultiBinary":
      return multiBinary(first!);
    case "Tuple":
      return tuple(listed as Space[]);
    case "Dict":
      return dict(named as Record<string, Space>);
    case "OneOf":
      return oneOf(listed as Space[]);
    case "Sequence":
      return sequence(first! as Space);
    case "Text":
      return text(named.max_length as number, {
        minLength: named.min_length as number,
        charset: named.charset as string,
      });
    default:
      throw new Error(`no space is called ${name}`);
  }
}
