/** Names, or pseudonyms: `person-1`, `person-2` … in the order of their first appearance. */
export type NameOf = (name: string) => string;

export function pseudonyms(): NameOf {
  const given = new Map<string, string>();
  return (name) => {
    const known = given.get(name) ?? `person-${given.size + 1}`;
    given.set(name, known);
    return known;
  };
}
