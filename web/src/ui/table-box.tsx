import { type ReactNode, useEffect, useRef, useState } from "react";

/** The frame of a table. Where there is no room the table scrolls in it, by keyboard too. */
export function TableBox({ children }: { children: ReactNode }) {
  const ref = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const box = ref.current;
    if (!box) return;
    const observer = new ResizeObserver(() => setScrolls(box.scrollWidth > box.clientWidth));
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={ref} className="table" tabIndex={scrolls ? 0 : undefined}>
      {children}
    </div>
  );
}
