/** Styles that components share: buttons, fields, chips, dialogs. */

import { css } from "lit";

export const shared = css`
  *, *::before, *::after { box-sizing: border-box; }
  :host { display: block; font-family: var(--font); color: var(--ink); }
  h1, h2, h3, p { margin: 0; }
  .icon { flex: none; }
  summary .icon { stroke-width: 3.2; color: var(--muted); }
  .visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  button, .button {
    font: inherit; font-weight: 600; font-size: 0.9rem; color: var(--ink); background: var(--surface);
    border: 1px solid var(--edge); border-radius: var(--radius-s); padding: 0 0.85rem; min-height: 2.25rem;
    display: inline-flex; align-items: center; justify-content: center; gap: 0.4rem; cursor: pointer; text-decoration: none;
    transition: background 120ms, border-color 120ms;
  }
  button:hover, .button:hover { background: var(--surface-2); border-color: var(--accent); }
  button:focus-visible, .button:focus-visible, a:focus-visible, input:focus-visible, select:focus-visible,
  textarea:focus-visible, [tabindex]:focus-visible, summary:focus-visible { outline: none; box-shadow: var(--focus); }
  button.primary { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
  button.primary:hover { background: var(--accent-deep); border-color: var(--accent-deep); }
  button.quiet { border-color: transparent; background: transparent; }
  button.quiet:hover { background: var(--surface-2); }
  button.icon-only { padding: 0; width: 2.25rem; }
  button[disabled] { opacity: 0.55; cursor: progress; }
  a { color: var(--accent); }
  label { display: grid; gap: 0.25rem; font-size: 0.9rem; font-weight: 600; }
  label small, .hint { font-weight: 400; color: var(--muted); font-size: 0.82rem; }
  input, select, textarea {
    font: inherit; font-weight: 400; color: var(--ink); background: var(--surface); border: 1px solid var(--edge);
    border-radius: var(--radius-s); padding: 0.4rem 0.65rem; min-height: 2.5rem; width: 100%; min-width: 0;
  }
  input[type="checkbox"], input[type="radio"] { width: 1.25rem; min-height: 1.25rem; height: 1.25rem; accent-color: var(--accent); margin: 0; flex: none; }
  .tick { display: flex; align-items: center; gap: 0.6rem; font-weight: 500; }
  .chip {
    display: inline-flex; align-items: center; gap: 0.3rem; border-radius: 99px; padding: 0.12rem 0.6rem; font-size: 0.8rem;
    font-weight: 600; background: var(--surface-2); color: var(--muted); white-space: nowrap;
  }
  .chip.warn { background: var(--warn-soft); color: var(--warn); }
  .chip.danger { background: var(--danger-soft); color: var(--danger); }
  .chip.ok { background: var(--ok-soft); color: var(--ok); }
  .chip.violet { background: var(--violet-soft); color: var(--violet); }
  .chip.accent { background: var(--accent-soft); color: var(--accent-deep); }
  .ticket {
    font-variant-numeric: tabular-nums; font-weight: 750; letter-spacing: 0.04em; background: var(--accent-soft);
    color: var(--accent-deep); border-radius: 7px; padding: 0.1rem 0.5rem; white-space: nowrap;
  }
  dialog {
    border: 1px solid var(--line); border-radius: 18px; padding: 0; background: var(--surface); color: var(--ink);
    width: min(44rem, calc(100vw - 2rem)); max-height: calc(100vh - 3rem); box-shadow: 0 24px 80px rgb(0 0 0 / 35%);
  }
  dialog::backdrop { background: rgb(10 18 24 / 55%); }
  dialog > form, dialog > .body { padding: 1.5rem; display: grid; gap: 1.1rem; }
  .dialog-head { display: flex; justify-content: space-between; gap: 1rem; align-items: start; }
  dialog h2 { font-size: 1.3rem; line-height: 1.25; }
  .dialog-foot { display: flex; justify-content: flex-end; gap: 0.6rem; flex-wrap: wrap; }
  .problem {
    display: flex; gap: 0.6rem; align-items: start; background: var(--danger-soft); color: var(--danger);
    border-radius: var(--radius-s); padding: 0.65rem 0.8rem; font-size: 0.9rem; font-weight: 550;
  }
  .problem button { margin-left: auto; min-height: 1.75rem; font-size: 0.82rem; color: inherit; border-color: currentColor; background: transparent; }
  @media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
  .empty { color: var(--muted); padding: 1.5rem 0.5rem; text-align: center; }
`;
