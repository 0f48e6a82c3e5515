import { css } from "lit";

/** Big type for far readers: sizes follow the screen, in landscape and portrait. */
export const displayStyles = css`
  :host { height: 100vh; overflow: hidden; background: var(--ground); --u: min(1vw, 1.78vh); }
  .screen { height: 100vh; display: grid; grid-template-columns: minmax(0, 1fr); grid-template-rows: auto minmax(0, 1fr) auto; padding: calc(2.2 * var(--u)); gap: calc(1.8 * var(--u)); }
  .top { display: flex; justify-content: space-between; align-items: center; gap: 2vw; }
  .top h1 { font-size: calc(2.6 * var(--u)); font-weight: 700; letter-spacing: -0.01em; line-height: 1.15; display: flex; align-items: center; gap: calc(1 * var(--u)); }
  .top h1 svg { width: calc(3 * var(--u)); height: calc(3 * var(--u)); color: var(--accent); }
  .clock { font-size: calc(3.4 * var(--u)); font-weight: 700; font-variant-numeric: tabular-nums; white-space: nowrap; }
  .body { display: grid; grid-template-columns: minmax(0, 1.75fr) minmax(0, 1fr); gap: calc(1.8 * var(--u)); min-height: 0; }
  .panel { background: var(--surface); border: 1px solid var(--line); border-radius: calc(1.6 * var(--u)); padding: calc(1.8 * var(--u)); min-height: 0; display: grid; grid-template-columns: minmax(0, 1fr); grid-template-rows: auto minmax(0, 1fr); gap: calc(1.2 * var(--u)); }
  h2 { font-size: calc(1.9 * var(--u)); font-weight: 650; color: var(--muted); display: flex; justify-content: space-between; align-items: baseline; }
  h2 small { font-size: calc(1.3 * var(--u)); font-weight: 500; }
  .calls { display: grid; align-content: center; gap: calc(1.2 * var(--u)); grid-auto-rows: minmax(0, calc(19 * var(--u))); min-height: 0; margin: 0; padding: 0; list-style: none; }
  .call { display: grid; grid-template-columns: auto minmax(0, 1fr); align-items: center; gap: calc(2 * var(--u)); border-radius: calc(1.3 * var(--u)); background: var(--accent-soft); padding: calc(0.8 * var(--u)) calc(2.2 * var(--u)); border-left: calc(0.9 * var(--u)) solid var(--accent); min-width: 0; }
  .call.desk { background: var(--warn-soft); border-left-color: var(--warn-line); }
  .call .code { font-size: calc(7.8 * var(--u)); min-width: 2.9em; }
  .calls.many .call .code { font-size: calc(5.8 * var(--u)); min-width: 3.3em; }
  .calls.many .call { padding-block: calc(0.3 * var(--u)); }
  .calls.many .where { font-size: calc(1.7 * var(--u)); gap: 0; }
  .code { font-weight: 800; line-height: 1.05; letter-spacing: 0.03em; font-variant-numeric: tabular-nums; color: var(--ink); white-space: nowrap; }
  .where { display: grid; justify-items: start; text-align: left; gap: calc(0.3 * var(--u)); font-size: calc(2.2 * var(--u)); color: var(--muted); font-weight: 550; line-height: 1.15; min-width: 0; }
  .where strong { display: flex; align-items: center; gap: calc(1 * var(--u)); font-size: calc(4 * var(--u)); color: var(--ink); line-height: 1.1; overflow-wrap: break-word; min-width: 0; }
  .calls.many .where strong { font-size: calc(2.9 * var(--u)); line-height: 1.05; }
  .where svg { width: 0.9em; height: 0.9em; color: var(--accent); flex: none; }
  .call.desk .where strong { font-size: calc(3.2 * var(--u)); }
  .calls.many .call.desk .where strong { font-size: calc(2.5 * var(--u)); }
  .desk .where svg { color: var(--warn); }
  .call.fresh { animation: call 1.6s ease-in-out 3; }
  @keyframes call { 50% { box-shadow: 0 0 0 calc(0.45 * var(--u)) var(--accent); } }
  .waiting { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); grid-auto-rows: min-content; gap: calc(1.1 * var(--u)); margin: 0; padding: 0; list-style: none; align-content: start; }
  .waiting li { display: grid; place-items: center; padding: calc(1.1 * var(--u)) calc(0.4 * var(--u)); border-radius: calc(1 * var(--u)); background: var(--surface-2); }
  .waiting .code { font-size: calc(3.7 * var(--u)); font-weight: 700; }
  .calm { display: grid; place-content: center; justify-items: center; text-align: center; gap: calc(1.4 * var(--u)); font-size: calc(2.5 * var(--u)); color: var(--muted); padding: calc(2 * var(--u)); line-height: 1.3; text-wrap: balance; }
  .calm svg { stroke-width: 1.4; width: calc(7 * var(--u)); height: calc(7 * var(--u)); color: var(--accent); }
  .foot { display: flex; align-items: center; gap: calc(2 * var(--u)); background: var(--surface); border: 1px solid var(--line); border-radius: calc(1.6 * var(--u)); padding: calc(1.3 * var(--u)) calc(2 * var(--u)); }
  .foot svg { width: calc(3.4 * var(--u)); height: calc(3.4 * var(--u)); color: var(--accent); }
  .foot .label { font-size: calc(1.8 * var(--u)); color: var(--muted); font-weight: 600; }
  .foot .label, .foot .band { white-space: nowrap; }
  .foot .band { font-size: calc(3.2 * var(--u)); font-weight: 750; }
  .foot .note { font-size: calc(1.5 * var(--u)); color: var(--muted); margin-left: auto; text-align: right; text-wrap: balance; }
  .sound { min-height: max(2.75rem, calc(2.8 * var(--u))); border-radius: 99px; padding: 0 max(1.2rem, calc(1.2 * var(--u))); margin-left: auto; font-size: max(0.9rem, calc(1.2 * var(--u))); }
  .paused { display: grid; place-content: center; justify-items: center; text-align: center; gap: calc(2 * var(--u)); background: var(--warn-soft); border: calc(0.4 * var(--u)) solid var(--warn-line); border-radius: calc(2 * var(--u)); padding: 4vw; color: var(--ink); }
  .paused svg { stroke-width: 1.6; width: calc(11 * var(--u)); height: calc(11 * var(--u)); color: var(--warn); }
  .paused strong { font-size: calc(6 * var(--u)); line-height: 1.1; }
  .paused span { font-size: calc(2.8 * var(--u)); }
  .token { display: grid; place-content: center; min-height: 100vh; }
  .token form { background: var(--surface); border: 1px solid var(--line); padding: 2rem; border-radius: 18px; display: grid; gap: 1rem; width: min(30rem, 92vw); }
  @media (orientation: portrait) {
    :host { --u: min(1.6vw, 0.95vh); }
    .body { grid-template-columns: minmax(0, 1fr); grid-template-rows: minmax(0, 1.9fr) minmax(0, 1fr); }
    .waiting { grid-template-columns: repeat(4, minmax(0, 1fr)); }
    .waiting .code { font-size: calc(3.2 * var(--u)); }
    .foot { flex-wrap: wrap; }
    .sound { min-width: 0; padding: 0 0.9rem; font-size: calc(1.6 * var(--u)); }
    .foot .note { margin: 0; text-align: left; width: 100%; }
  }
`;
