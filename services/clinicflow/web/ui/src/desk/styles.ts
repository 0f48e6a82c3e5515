import { css } from "lit";

export const deskStyles = css`
  main { padding: 1.5rem 1.25rem; display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.1rem; max-width: 100rem; margin: 0 auto; }
  .head { display: flex; justify-content: space-between; align-items: center; gap: 1rem; flex-wrap: wrap; }
  h1 { font-size: 1.6rem; letter-spacing: -0.015em; }
  h1 span, h2 span { color: var(--muted); font-weight: 550; }
  h2 { font-size: 1.05rem; margin: 1.25rem 0 0.6rem; }
  .large { min-height: 2.9rem; font-size: 1rem; padding: 0 1.3rem; }
  .panes { display: grid; grid-template-columns: minmax(0, 1fr) 20rem; gap: 1.25rem; align-items: start; }
  .scroll { overflow: visible; border: 1px solid var(--line); border-radius: 18px; background: var(--surface); box-shadow: var(--shadow); }
  table { width: 100%; border-collapse: collapse; }
  th { text-align: left; font-size: 0.82rem; color: var(--muted); font-weight: 600; padding: 0.75rem 1rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
  td { padding: 0.65rem 1rem; border-bottom: 1px solid var(--line); }
  td .chip { vertical-align: middle; }
  tr:last-child td { border-bottom: 0; }
  td.room { white-space: nowrap; }
  .number { font-variant-numeric: tabular-nums; white-space: nowrap; }
  .buttons { display: flex; gap: 0.4rem; justify-content: flex-end; align-items: center; }
  th:last-child { text-align: right; }
  .ticket { font-size: 1.05rem; }
  .menu { position: relative; }
  .menu[open] > div { position: absolute; z-index: 5; top: calc(100% + 0.3rem); right: 0; background: var(--surface); border: 1px solid var(--line); border-radius: 12px; box-shadow: 0 10px 30px rgb(0 0 0 / 22%); padding: 0.35rem; display: grid; min-width: 11rem; }
  .menu > div button { border-color: transparent; justify-content: flex-start; white-space: nowrap; }
  .menu summary { list-style: none; cursor: pointer; width: 2.25rem; height: 2.25rem; display: grid; place-items: center; border-radius: var(--radius-s); }
  .menu summary:hover { background: var(--surface-2); }
  .menu summary::-webkit-details-marker { display: none; }
  aside { background: var(--surface); border: 1px solid var(--line); border-radius: 18px; padding: 1.1rem; box-shadow: var(--shadow); }
  aside h2 { margin-top: 0; }
  aside ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.7rem; }
  aside li { display: flex; justify-content: space-between; align-items: center; gap: 0.6rem; }
  aside li small { display: block; color: var(--muted); }
  aside .ticket { font-size: 0.85rem; }
  @media (max-width: 44rem) {
    main { padding: 1rem 0.9rem; }
    thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
    table, tbody { display: block; }
    tr { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 0.35rem 0.7rem; align-items: center; padding: 0.75rem 0.9rem; border-bottom: 1px solid var(--line); }
    tr:last-child { border-bottom: 0; }
    td, td.number { padding: 0 !important; border: 0; }
    td.stage { grid-column: 1 / 3; grid-row: 2; }
    td.number { grid-column: 3; grid-row: 2; justify-self: end; }
    td.room { grid-column: 3; grid-row: 1; justify-self: end; }
    td.room.none { display: none; }
    td.todo { grid-column: 1 / -1; }
    .buttons { justify-content: flex-start; }
    .menu[open] > div { right: auto; left: 0; }
  }
  @media (max-width: 62rem) { .panes { grid-template-columns: minmax(0, 1fr); }
    .scroll { padding-bottom: 0.2rem; }
    td, th { padding-inline: 0.5rem; }
    .buttons { flex-wrap: wrap; } }
  @media (min-width: 44.01rem) and (max-width: 62rem) { .scroll { overflow-x: auto; } }
`;
