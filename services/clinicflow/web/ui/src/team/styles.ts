/** Styles of the team page and of the shift sheet; the sheet prints without what is only for the screen. */

import { css } from "lit";

export const teamStyles = css`
  main { padding: 1.5rem 1.25rem; display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.1rem; max-width: 80rem; margin: 0 auto; }
  .head { display: flex; justify-content: space-between; align-items: center; gap: 0.8rem 1rem; flex-wrap: wrap; }
  .head .buttons { justify-content: flex-start; }
  h1 { font-size: 1.6rem; letter-spacing: -0.015em; }
  h1 span { color: var(--muted); font-weight: 550; font-size: 1.05rem; }
  h2 { font-size: 1.05rem; }
  .card { border: 1px solid var(--line); border-radius: 18px; background: var(--surface); box-shadow: var(--shadow); }
  .scroll { overflow-x: auto; }
  table { width: 100%; border-collapse: collapse; }
  caption { text-align: left; padding: 0.9rem 1rem 0.2rem; font-weight: 650; }
  th { text-align: left; font-size: 0.82rem; color: var(--muted); font-weight: 600; padding: 0.75rem 1rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
  th.end { text-align: right; }
  td { padding: 0.6rem 1rem; border-bottom: 1px solid var(--line); vertical-align: top; }
  tr:last-child td { border-bottom: 0; }
  td small { display: block; color: var(--muted); }
  .number { font-variant-numeric: tabular-nums; white-space: nowrap; }
  .buttons { display: flex; gap: 0.45rem; flex-wrap: wrap; justify-content: flex-end; }
  .chips { display: flex; gap: 0.35rem; flex-wrap: wrap; margin-top: 0.2rem; }
  .load { display: grid; gap: 0.25rem; min-width: 7.5rem; }
  .bar { height: 0.5rem; border-radius: 99px; background: var(--surface-2); border: 1px solid var(--line); overflow: hidden; }
  .bar div { height: 100%; background: var(--accent); }
  .bar div.full { background: var(--warn-line); }
  .n0 { width: 0; } .n1 { width: 10%; } .n2 { width: 20%; } .n3 { width: 30%; } .n4 { width: 40%; } .n5 { width: 50%; }
  .n6 { width: 60%; } .n7 { width: 70%; } .n8 { width: 80%; } .n9 { width: 90%; } .n10 { width: 100%; }
  .offer { display: flex; gap: 0.8rem; align-items: center; flex-wrap: wrap; background: var(--violet-soft); color: var(--violet); border-radius: var(--radius-s); padding: 0.7rem 0.9rem; font-weight: 550; }
  .offer .buttons { margin-left: auto; }
  .result { padding: 0.9rem 1rem; display: grid; gap: 0.5rem; }
  .result ul { margin: 0; padding-left: 1.2rem; display: grid; gap: 0.25rem; }
  .box { width: 1.1rem; height: 1.1rem; border: 2px solid var(--edge); border-radius: 4px; display: inline-block; }
  .sign { display: none; }
  @media (max-width: 44rem) {
    main { padding: 1rem 0.9rem; }
    thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
    table, tbody { display: block; }
    tr { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0.4rem 0.8rem; align-items: start; padding: 0.8rem 0.9rem; border-bottom: 1px solid var(--line); }
    tr:last-child { border-bottom: 0; }
    th.end { text-align: right; }
  td { padding: 0; border: 0; }
    td.wide { grid-column: 1 / -1; }
    td.none { display: none; }
    .buttons { justify-content: flex-start; }
    .offer .buttons { margin-left: 0; }
  }
  @media print {
    :host, h1, p, small, .hint, .ticket, .chip { color: #000 !important; }
    main { padding: 0; max-width: none; }
    cf-app-bar, .buttons, .problem, .offer { display: none !important; }
    .card { border: 0; box-shadow: none; border-radius: 0; }
    tr { break-inside: avoid; }
    td, th { padding: 0.35rem 0.5rem; color: #000; }
    .sign { display: grid; grid-template-columns: 2fr 1fr 2fr; gap: 1.5rem; margin-top: 2.5rem; }
    .sign span { border-top: 1px solid #000; padding-top: 0.3rem; font-size: 0.85rem; }
  }
`;
