import { type ReactNode, useEffect, useRef } from "react";
import { hasMoved, usePath } from "../app/router.tsx";

/** A page under its heading, which takes the focus when the address has changed. */
export function Page({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const path = usePath();
  useEffect(() => {
    document.title = `${title} · Plaudit`;
  }, [title]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new path is what moves the focus
  useEffect(() => {
    if (hasMoved()) heading.current?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  }, [path]);
  return (
    <main className="page">
      <div className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {actions}
      </div>
      {children}
    </main>
  );
}
