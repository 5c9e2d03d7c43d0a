import { useEffect, useState } from "react";
import { theme } from "../app/preference.ts";

/** A value that changes when the colours do, for what is painted and does not follow by itself. */
export function useThemeTurn(): string {
  const chosen = theme.use();
  const [dark, setDark] = useState(() => matchMedia("(prefers-color-scheme: dark)").matches);
  useEffect(() => {
    const query = matchMedia("(prefers-color-scheme: dark)");
    const changed = () => setDark(query.matches);
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, []);
  return `${chosen} ${dark}`;
}
