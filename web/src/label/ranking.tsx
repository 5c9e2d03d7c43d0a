/** Ranking of several answers: by dragging (mouse, touch, keyboard), by digits on the card in focus, by tapping ranks. */
import {
  type Announcements,
  type CollisionDetection,
  closestCenter,
  DndContext,
  type DragEndEvent,
  DragOverlay,
  type KeyboardCoordinateGetter,
  KeyboardSensor,
  MouseSensor,
  pointerWithin,
  TouchSensor,
  useDraggable,
  useDroppable,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { letter, plain } from "../ui/wording.ts";
import type { Task } from "./draft.ts";
import { insertBefore, place, type Ranks } from "./ranks.ts";
import "./ranking.css";

/** Where something can be dropped: on a rank, before the answers of a rank, or back among those without. */
type Target = { readonly kind: "rank" | "before"; readonly rank: number } | { readonly kind: "none" };
const targetOf = (data: unknown): Target | undefined => (data as { target?: Target } | undefined)?.target;
const itemOf = (data: unknown): number | undefined => (data as { item?: number } | undefined)?.item;

export function RankingArea({
  task,
  ranks,
  ties,
  onRank,
  children,
}: {
  task: Task;
  ranks: Ranks;
  ties: boolean;
  onRank: (ranks: Ranks) => void;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const [dragged, setDragged] = useState<number>();
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 4 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 150, tolerance: 8 } }),
    useSensor(KeyboardSensor, {
      coordinateGetter: toNextTarget,
      scrollBehavior: "auto", // nothing on these pages glides, whatever the system prefers
      keyboardCodes: { start: ["Space"], end: ["Space", "Enter"], cancel: ["Escape"] },
    }),
  );
  const nameOf = (data: unknown) => {
    const item = itemOf(data);
    return item === undefined ? "" : letter(task.order.indexOf(item));
  };
  const where = (data: unknown) => {
    const target = targetOf(data);
    if (!target) return t("drag.nowhere");
    return target.kind === "none" ? t("drag.unranked") : t(`drag.${target.kind}`, { rank: target.rank });
  };
  const announcements: Announcements = {
    onDragStart: ({ active }) => t("drag.started", { letter: nameOf(active.data.current) }),
    onDragOver: ({ active, over }) =>
      t("drag.over", { letter: nameOf(active.data.current), where: where(over?.data.current) }),
    onDragEnd: ({ active, over }) =>
      t("drag.ended", { letter: nameOf(active.data.current), where: where(over?.data.current) }),
    onDragCancel: ({ active }) => t("drag.cancelled", { letter: nameOf(active.data.current) }),
  };
  const drop = ({ active, over }: DragEndEvent) => {
    setDragged(undefined);
    const item = itemOf(active.data.current);
    const target = targetOf(over?.data.current);
    if (item === undefined || !target) return;
    if (target.kind === "before") onRank(insertBefore(ranks, item, target.rank));
    else onRank(place(ranks, item, target.kind === "none" ? null : target.rank, ties));
  };
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={collide}
      accessibility={{ announcements, screenReaderInstructions: { draggable: t("drag.instructions") } }}
      onDragStart={({ active }) => setDragged(itemOf(active.data.current))}
      onDragEnd={drop}
      onDragCancel={() => setDragged(undefined)}
    >
      {children}
      <DragOverlay dropAnimation={null}>
        {dragged !== undefined && (
          <span className="chip lifted">
            <Chip task={task} item={dragged} />
          </span>
        )}
      </DragOverlay>
    </DndContext>
  );
}

const collide: CollisionDetection = (args) => (args.pointerCoordinates ? pointerWithin(args) : closestCenter(args));

/** Arrow keys go from target to target, down the board and up again. */
const toNextTarget: KeyboardCoordinateGetter = (event, { context }) => {
  const step = event.code === "ArrowDown" ? 1 : event.code === "ArrowUp" ? -1 : 0;
  const { collisionRect, droppableRects, droppableContainers, over } = context;
  if (step === 0 || !collisionRect) return undefined;
  event.preventDefault();
  const targets = droppableContainers
    .getEnabled()
    .flatMap(({ id }) => {
      const rect = droppableRects.get(id);
      return rect ? [{ id, rect }] : [];
    })
    .sort((a, b) => a.rect.top - b.rect.top);
  const at = targets.findIndex(({ id }) => id === over?.id);
  const next = targets[Math.min(Math.max(at + step, 0), targets.length - 1)]?.rect;
  return (
    next && {
      x: next.left + (next.width - collisionRect.width) / 2,
      y: next.top + (next.height - collisionRect.height) / 2,
    }
  );
};

/** What takes a whole answer to the board. */
export function Grip({ item, name }: { item: number; name: string }) {
  const { t } = useTranslation();
  const { attributes, listeners, setNodeRef } = useDraggable({ id: `card-${item}`, data: { item } });
  return (
    <button
      type="button"
      ref={setNodeRef}
      className="plain grip"
      {...attributes}
      {...listeners}
      aria-label={t("drag.grip", { name })}
    >
      <svg width="10" height="16" viewBox="0 0 10 16" fill="currentColor" aria-hidden="true">
        {[2, 8, 14].map((y) => [2, 8].map((x) => <circle key={`${x}-${y}`} cx={x} cy={y} r="1.4" />))}
      </svg>
    </button>
  );
}

/** The ranks of one answer to tap or click: one stop of the Tab key, arrows go on. */
export function RankChips({
  place: at,
  count,
  rank,
  onRank,
}: {
  place: number;
  count: number;
  rank: number | null;
  onRank: (rank: number | null) => void;
}) {
  const { t } = useTranslation();
  return (
    <fieldset className="segments rank-chips">
      <legend className="hidden">{t("rank.of", { letter: letter(at) })}</legend>
      {Array.from({ length: count }, (_, i) => i + 1).map((n) => (
        <label key={n} className="segment">
          <input
            type="radio"
            name={`rank-${at}`}
            checked={rank === n}
            aria-label={t("rank.number", { rank: n })}
            onChange={() => onRank(n)}
            onClick={() => rank === n && onRank(null)}
          />
          <span>{n}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** The ranking as it stands: a row a rank, ties side by side in a bracket, below them what has no rank yet. */
export function RankBoard({ task, ranks }: { task: Task; ranks: Ranks }) {
  const { t } = useTranslation();
  const rows = task.completions.map((_, i) => i + 1);
  const at = (rank: number | null) => task.order.filter((item) => ranks[item] === rank);
  const unranked = at(null);
  return (
    <section className="panel board" aria-label={t("rank.board")}>
      <h2>{t("rank.board")}</h2>
      <p className="help">{t("rank.help")}</p>
      <ol className="rows">
        {rows.map((rank) => (
          <Row key={rank} task={task} rank={rank} items={at(rank)} />
        ))}
      </ol>
      <Unranked task={task} items={unranked} />
    </section>
  );
}

function Row({ task, rank, items }: { task: Task; rank: number; items: readonly number[] }) {
  const { t } = useTranslation();
  const on = useDroppable({ id: `rank-${rank}`, data: { target: { kind: "rank", rank } satisfies Target } });
  const before = useDroppable({
    id: `before-${rank}`,
    data: { target: { kind: "before", rank } satisfies Target },
    disabled: items.length === 0,
  });
  const tie = items.length > 1;
  return (
    <li>
      <div ref={before.setNodeRef} className="gap" data-over={before.isOver} />
      <div
        ref={on.setNodeRef}
        className="rank-row"
        data-over={on.isOver}
        data-tie={tie}
        data-empty={items.length === 0}
      >
        <span className="rank-number">{rank}</span>
        <div className="chips">
          {items.map((item) => (
            <DraggableChip key={item} task={task} item={item} />
          ))}
          {tie && <span className="tie">{t("rank.tie")}</span>}
        </div>
      </div>
    </li>
  );
}

function Unranked({ task, items }: { task: Task; items: readonly number[] }) {
  const { t } = useTranslation();
  const { setNodeRef, isOver } = useDroppable({
    id: "unranked",
    data: { target: { kind: "none" } satisfies Target },
  });
  return (
    <div ref={setNodeRef} className="unranked" data-over={isOver}>
      <span className="quiet">{items.length === 0 ? t("rank.complete") : t("rank.unranked")}</span>
      <div className="chips">
        {items.map((item) => (
          <DraggableChip key={item} task={task} item={item} />
        ))}
      </div>
    </div>
  );
}

function DraggableChip({ task, item }: { task: Task; item: number }) {
  const { attributes, listeners, setNodeRef, isDragging } = useDraggable({ id: `chip-${item}`, data: { item } });
  return (
    <button type="button" ref={setNodeRef} className="chip" data-dragging={isDragging} {...attributes} {...listeners}>
      <Chip task={task} item={item} />
    </button>
  );
}

function Chip({ task, item }: { task: Task; item: number }) {
  const text = plain(task.completions[item] ?? "");
  return (
    <>
      <span className="letter">{letter(task.order.indexOf(item))}</span>
      <span className="snippet">{text.replace(/[#*`>\s]+/g, " ").slice(0, 80)}</span>
    </>
  );
}
