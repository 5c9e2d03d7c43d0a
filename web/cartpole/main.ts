/**
 * The page docs/cartpole/index.html: a trained policy balances, people push. `node tools/cartpole-page.js` puts it, the
 * model and the library's own environment into one file that opens from a disk.
 *
 * It enters folders of src by files and not by their doors: behind those are threads, which no page has.
 */
import { cartPole } from "../../src/envs/classic/cart-pole.ts";
import { generator } from "../../src/envs/random/generator.ts";
import { paint } from "../../src/envs/render/canvas.ts";
import { type Model, runner } from "./model.ts";
import { languages, type Words } from "./words.ts";

declare const __POLICY__: Model;

/** rad/s that a push adds: one is survived, two in a row hardly. */
const push = 0.5;
/** Of the environment: a step is 20 ms. */
const stepMs = 20;
const world = cartPole();
const decide = runner(__POLICY__);
const rng = generator(1);
const state = new Float64Array(world.stateSize);
const seen = new Float32Array(world.stateSize);

const at = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;
const stage = at<HTMLCanvasElement>("stage");
const brush = stage.getContext("2d")!;

let words: Words = navigator.language.startsWith("zh") ? languages.zh : languages.en;
let [steps, longest] = [0, 0];
let isActing = true;
/** How many steps it had stood when it fell; while this is set, nothing moves. */
let fell: number | undefined;
let untilBegin: ReturnType<typeof setTimeout> | undefined;

function begin(): void {
  clearTimeout(untilBegin);
  world.start(state, 0, rng);
  steps = 0;
  fell = undefined;
}

function step(): void {
  world.observe(state, 0, seen, 0);
  world.step(state, 0, isActing ? decide(seen).actions![0]! : 0);
  steps++;
  longest = Math.max(longest, steps);
  if (!world.terminated(state, 0)) return;
  fell = steps;
  untilBegin = setTimeout(begin, 1500);
}

function show(): void {
  paint(brush, world.draw(state, 0), stage.width, stage.height);
  world.observe(state, 0, seen, 0);
  const [left, right] = Array.from(decide(seen).logits!, (log) => Math.round(100 * Math.exp(log)));
  const [x, , angle] = state;
  at("steps").textContent = String(steps);
  at("longest").textContent = String(longest);
  at("position").textContent = `${x!.toFixed(2)} m`;
  at("angle").textContent = `${((angle! * 180) / Math.PI).toFixed(1)}°`;
  at("chance").textContent = `${left} : ${right}`;
  const said = fell !== undefined ? words.fell.replace("{n}", String(fell)) : isActing ? "" : words.off;
  if (at("said").textContent !== said) at("said").textContent = said;
}

function speak(): void {
  document.documentElement.lang = words.code;
  document.title = words.title;
  for (const element of document.querySelectorAll<HTMLElement>("[data-says]")) {
    element.textContent = words[element.dataset.says as keyof Words];
  }
  stage.setAttribute("aria-label", words[stage.dataset.labels as keyof Words]);
  at("language").textContent = words.other;
}

const disturb = (by: number) => () => {
  if (fell === undefined) state[3]! += by;
};
const [toTheLeft, toTheRight] = [disturb(-push), disturb(push)];
at("left").onclick = toTheLeft;
at("right").onclick = toTheRight;
at("again").onclick = begin;
at("policy").onclick = () => {
  isActing = !isActing;
  at("policy").setAttribute("aria-pressed", String(isActing));
};
at("language").onclick = () => {
  words = words === languages.en ? languages.zh : languages.en;
  speak();
};
document.onkeydown = (event) => {
  if (event.key === "ArrowLeft") toTheLeft();
  else if (event.key === "ArrowRight") toTheRight();
  else return;
  event.preventDefault();
};

/** The environment's own time, whatever the screen's is; a page that was hidden does not catch up. */
let [last, owed] = [0, 0];
function frame(now: number): void {
  owed = Math.min(owed + now - last, 10 * stepMs);
  last = now;
  for (; owed >= stepMs && fell === undefined; owed -= stepMs) step();
  show();
  requestAnimationFrame(frame);
}

begin();
speak();
requestAnimationFrame(frame);
