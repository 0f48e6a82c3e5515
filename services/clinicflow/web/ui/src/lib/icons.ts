/** Line icons, drawn here so that nothing is loaded from elsewhere. They are decoration: text always says it too. */

import { html, type TemplateResult } from "lit";

const PATHS: Record<string, string> = {
  pulse: "M3 12.5h4.5L10 5l4 14 2.5-6.5H21",
  clock: "M12 7v5l3.5 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  alert: "M12 9v4m0 3.5v.01M10.3 4 2.6 17.5A2 2 0 0 0 4.3 20.5h15.4a2 2 0 0 0 1.7-3L13.7 4a2 2 0 0 0-3.4 0Z",
  bolt: "M13 2.5 4.5 13.5H11l-1 8 8.5-11H12l1-8Z",
  door: "M4 21h16M6.5 21V4.5A1.5 1.5 0 0 1 8 3h8a1.5 1.5 0 0 1 1.5 1.5V21M14 12v.01",
  arrow: "M5 12h14m-6-6 6 6-6 6",
  chair: "M7 3v9h10V3M7 12v3h10v-3M7 15v6m10-6v6",
  desk: "M3 10h18M5 10v10m14-10v10M8 10V6a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v4",
  user: "M19.5 20.5a7.5 7.5 0 0 0-15 0M16 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0Z",
  users: "M16 20.5a6.5 6.5 0 0 0-13 0M13 8a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0Zm3-3.3a3.5 3.5 0 0 1 0 6.6m5 9.2a6.5 6.5 0 0 0-3.5-5.8",
  check: "m5 12.5 4.5 4.5L19 7.5",
  play: "M8 5.5v13l10.5-6.5L8 5.5Z",
  pause: "M9 5v14m6-14v14",
  undo: "M8 5 4 9l4 4M4 9h10a6 6 0 0 1 0 12h-3",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  why: "M9.2 9.2A3 3 0 0 1 15 10c0 2-3 2.4-3 4.2M12 17.5v.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  close: "m6 6 12 12M18 6 6 18",
  sound: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5H4Zm12-1a5 5 0 0 1 0 7m2.5-9.5a8.5 8.5 0 0 1 0 12",
  screen: "M3.5 5h17v11h-17V5ZM9 20h6m-3-4v4",
  board: "M4 4.5h5v15H4v-15Zm6.5 0h5v10h-5v-10Zm6.5 0h3v6h-3v-6Z",
  ticket: "M4 7h16v3.2a2 2 0 0 0 0 3.6V17H4v-3.2a2 2 0 0 0 0-3.6V7Zm10 0v10",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
  sun: "M12 3v2m0 14v2M3 12h2m14 0h2M5.6 5.6 7 7m10 10 1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0Z",
  plus: "M12 5v14M5 12h14",
  leave: "M14 4H6v16h8m-3-8h10m-3.5-3.5L21 12l-3.5 3.5",
  phone: "M5 4h4l1.5 4.5L8 10a12 12 0 0 0 6 6l1.5-2.5L20 15v4a1.5 1.5 0 0 1-1.5 1.5A15 15 0 0 1 3.5 5.5 1.5 1.5 0 0 1 5 4Z",
  link: "M12 4v5m0 6v5M8.5 9h7v6h-7z",
  search: "m20 20-4.5-4.5M17.5 10.5a7 7 0 1 1-14 0 7 7 0 0 1 14 0Z",
};

export function icon(name: string, size = 20): TemplateResult {
  return html`<svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" fill="none" stroke="currentColor"
    stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"
    ><path d=${PATHS[name] ?? ""}></path></svg>`;
}
