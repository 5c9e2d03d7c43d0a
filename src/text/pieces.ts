/** Cuts text at the given tokens, longest first: even places hold ordinary text (maybe empty), odd ones a token. */
export function splitAt(tokens: readonly string[]): (text: string) => string[] {
  if (tokens.length === 0) return (text) => [text];
  const alternatives = tokens
    .toSorted((a, b) => b.length - a.length)
    .map((token) => token.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  const pattern = new RegExp(`(${alternatives.join("|")})`, "u");
  return (text) => text.split(pattern);
}
