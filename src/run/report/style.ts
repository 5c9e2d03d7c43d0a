/** One accent colour, the rest is ink and paper; both themes; nothing is told by colour alone. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fcfcfa; --raised: #ffffff; --ink: #1f2328; --soft: #626a73; --faint: #e4e4df; --accent: #0a6c74; --tint: #0a6c7414; --warn: #9a5b00;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #15171a; --raised: #1b1e22; --ink: #e4e6e8; --soft: #98a1aa; --faint: #2e3338; --accent: #56c2c4; --tint: #56c2c41a; --warn: #e0a95a; }
}
* { box-sizing: border-box; margin: 0; padding: 0; }
html { -webkit-text-size-adjust: 100%; }
body { max-width: 68rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; background: var(--paper); color: var(--ink);
  font: 15px/1.55 var(--sans); font-variant-numeric: tabular-nums lining-nums; overflow-wrap: break-word; }
:lang(zh) { --sans: "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif; line-height: 1.7; }
i { font-style: normal; }
header { margin-bottom: 2rem; }
h1 { font-size: 1.75rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.015em; text-wrap: balance; }
header p { margin-top: .4rem; max-width: 44rem; color: var(--soft); font-size: 1.0625rem; }
main { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 2.25rem 2.5rem; }
section { grid-column: 1 / -1; min-width: 0; }
section.half { grid-column: auto; }
h2 { font-size: 1.0625rem; line-height: 1.4; font-weight: 650; letter-spacing: -0.005em; }
:lang(zh) :is(h1, h2) { letter-spacing: 0; }
h2 + *, .caption + * { margin-top: .75rem; }
.caption { margin-top: .125rem; color: var(--soft); max-width: 44rem; }
h2 + .caption { margin-top: .125rem; }
.text p { max-width: 44rem; white-space: pre-line; }
.text p + p { margin-top: .6rem; }
.warning { border-left: 3px solid var(--warn); padding: .1rem 0 .1rem 1rem; }
.warning h2 { color: var(--warn); }
.muted, .note { color: var(--soft); }
.note { font-size: .8125rem; line-height: 1.5; }

.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: 1px; background: var(--faint);
  border: 1px solid var(--faint); border-radius: 8px; overflow: hidden; }
.cards div { background: var(--raised); padding: .8rem 1rem .85rem; }
.cards dt { color: var(--soft); font-size: .8125rem; }
.cards dd { font-size: 1.5rem; line-height: 1.35; font-weight: 600; letter-spacing: -0.01em; }
.cards dd.note { font-size: .8125rem; line-height: 1.45; font-weight: 400; letter-spacing: 0; }
.cards div:first-child dd:not(.note) { color: var(--accent); }

.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; line-height: 1.4; }
th { text-align: left; vertical-align: bottom; font-weight: 500; color: var(--soft); border-bottom: 1px solid var(--soft); }
th, td { padding: .35rem 1.25rem .35rem 0; }
:is(th, td):last-child { padding-right: 0; }
td { vertical-align: top; border-bottom: 1px solid var(--faint); }
.number { text-align: right; }
td.number { white-space: nowrap; }

figcaption { color: var(--soft); font-size: .8125rem; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; list-style: none; color: var(--ink); }
.key { width: 24px; height: 8px; margin-right: .4rem; }
.plot { display: grid; grid-template: auto auto auto / auto minmax(0, 1fr) auto; margin-top: .6rem; font-size: .75rem; color: var(--soft); }
.area { grid-area: 1 / 2; height: 13.5rem; }
section.chart:not(.half) .area { height: 16rem; }
.multiples { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: 1.5rem 2.25rem; }
.multiples .chart { min-width: 0; }
.multiples .area { height: 7.5rem; }
.multiples figcaption { color: var(--ink); }
.multiples .plot > .label { display: none; }
.multiples ~ :is(details, .note) { margin-top: 1rem; }
.area svg { display: block; width: 100%; height: 100%; overflow: visible; }
.grid { stroke: var(--faint); stroke-width: 1px; vector-effect: non-scaling-stroke; }
.line { fill: none; stroke-width: 2px; stroke-linejoin: round; stroke-linecap: round; vector-effect: non-scaling-stroke; }
.dot { stroke-width: 7px; }
.raw { stroke-width: 1px; opacity: .3; }
.s0 { stroke: var(--accent); } .s1 { stroke: var(--ink); stroke-dasharray: 6 4; }
.s2 { stroke: var(--soft); } .s3 { stroke: var(--accent); stroke-dasharray: 1 4; }
.s4 { stroke: var(--warn); } .s5 { stroke: var(--warn); stroke-dasharray: 6 4; }
.s6 { stroke: var(--soft); stroke-dasharray: 1 4; } .s7 { stroke: var(--ink); }
.raw { stroke-dasharray: none; }
.ticks { position: relative; line-height: 1; }
.ticks span { position: absolute; white-space: nowrap; }
.y.ticks { grid-area: 1 / 1; }
.y.ticks span { right: .6rem; transform: translateY(50%); }
.y.right.ticks { grid-area: 1 / 3; }
.y.right.ticks span { right: auto; left: .6rem; }
.x.ticks { grid-area: 2 / 2; height: 1.4rem; }
.x.ticks span { top: .55rem; transform: translateX(-50%); }
.x.ticks .first { transform: none; } .x.ticks .last { transform: translateX(-100%); }
.x.label { grid-area: 3 / 2; margin-top: .2rem; text-align: center; line-height: 1.3; }
.strip rect { fill: transparent; }
.strip line, .strip path { visibility: hidden; vector-effect: non-scaling-stroke; pointer-events: none; fill: none; }
.strip line { stroke: var(--soft); stroke-width: 1px; }
.strip path { stroke: var(--ink); stroke-width: 7px; stroke-linecap: round; }
.strip:hover :is(line, path) { visibility: visible; }
details { margin-top: .4rem; font-size: .8125rem; }
details.folded { margin: 0; font-size: inherit; }
details.folded > summary h2 { display: inline; color: var(--ink); }
details.folded > summary + * { margin-top: .75rem; }
summary { color: var(--soft); cursor: pointer; width: fit-content; }
summary:hover { color: var(--accent); }
details .scroll { max-height: 18rem; overflow: auto; margin-top: .4rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }

.bar-rows { list-style: none; display: grid; gap: .55rem; padding-top: .2rem; }
.bar-rows li { display: grid; grid-template-columns: minmax(7rem, 13rem) minmax(0, 1fr) 10.75rem; gap: 0 1rem; align-items: center; line-height: 1.35; }
.track { position: relative; height: 1.15rem; background: var(--tint); border-radius: 2px; }
.track > * { position: absolute; }
.track b { top: 0; bottom: 0; background: var(--accent); border-radius: 2px; opacity: .85; }
.control b { background: var(--soft); opacity: .55; }
.interval { top: 50%; height: 0; border-top: 2px solid var(--ink); }
.interval::before, .interval::after { content: ""; position: absolute; top: -5px; height: 8px; border-left: 2px solid var(--ink); }
.interval::before { left: 0; } .interval::after { right: 0; }
.mark { top: -.2rem; bottom: -.2rem; border-left: 2px dotted var(--ink); margin-left: -1px; }
.mark.key { display: inline-block; width: 0; height: .9rem; margin: 0 .6rem 0 .2rem; vertical-align: -.15rem; }
.bar-rows + .note { margin-top: .5rem; }
.value { white-space: nowrap; font-weight: 600; }
.value .muted { font-weight: 400; font-size: .8125rem; }

article { padding: .9rem 0 1rem; border-top: 1px solid var(--faint); }
article:last-child { border-bottom: 1px solid var(--faint); }
h3 { font-size: .9375rem; font-weight: 600; white-space: pre-wrap; }
h4 { font-size: .75rem; font-weight: 500; color: var(--soft); }
.columns { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); gap: 1.5rem; margin-top: .45rem; }
blockquote { white-space: pre-wrap; }
article .scroll { margin-top: .45rem; }
article h4 { margin-top: .6rem; }
.tokens-line { white-space: pre-wrap; line-height: 1.9; }
.token { --tone: var(--accent); padding: .1em 0; border-bottom: 2px solid color-mix(in srgb, var(--tone) calc(var(--v) * 100%), transparent);
  background: color-mix(in srgb, var(--tone) calc(var(--v) * 45%), transparent); }
.token.down { --tone: var(--warn); border-bottom-style: dotted; }
.columns > div:last-child { border-left: 2px solid var(--accent); padding-left: .9rem; }
.columns .note { margin-top: .2rem; }
footer { margin-top: 2.5rem; padding-top: .8rem; border-top: 1px solid var(--faint); color: var(--soft); font-size: .8125rem; }

@media (max-width: 46rem) {
  body { padding: 1.5rem 1rem 3rem; }
  h1 { font-size: 1.45rem; }
  main { gap: 2rem 0; }
  section.half { grid-column: 1 / -1; }
  .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .cards div:last-child:nth-child(odd) { grid-column: 1 / -1; }
  .cards dd { font-size: 1.3rem; }
  .area, section.chart:not(.half) .area { height: 11.5rem; }
  .multiples .area { height: 8rem; }
  th, td { padding-right: .75rem; }
  .tables th.number { max-width: 5rem; }
  .bar-rows { gap: .8rem; }
  .bar-rows li { grid-template-columns: minmax(0, 1fr) auto; gap: .15rem 1rem; }
  .bar-rows .track { grid-area: 2 / 1 / auto / -1; }
  .columns { grid-auto-flow: row; gap: .7rem; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  section, article { break-inside: avoid; }
  details { display: none; }
}
`;
