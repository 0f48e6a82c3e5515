/** What a display is told: nothing else exists for it. */

export interface Entry {
  ticket: string;
  state: "waiting" | "please-go-to" | "see-desk";
  room: string | null;
  call: number;
}

export interface Frame {
  version: number;
  generated_at: number;
  clinic: string;
  entries: Entry[];
  band: { low: number; high: number } | null;
  open: boolean;
  paused: boolean;
}

export const CODES_PER_PAGE = 8;
const CALLS_PER_PAGE = 3;

export interface Page {
  calls: Entry[];
  waiting: Entry[];
  number: number;
  pages: number;
}

/** The page to show at a turn: at most eight codes; calls come first and share the pages when there are many. */
export function pageOf(entries: Entry[], turn: number): Page {
  const calls = entries.filter((entry) => entry.state !== "waiting");
  const waiting = entries.filter((entry) => entry.state === "waiting");
  const callPages = chunks(calls, CALLS_PER_PAGE);
  const waitingPages = chunks(waiting, CODES_PER_PAGE - Math.min(CALLS_PER_PAGE, calls.length));
  const pages = Math.max(callPages.length, waitingPages.length, 1);
  return {
    calls: callPages.length ? callPages[turn % callPages.length] : [],
    waiting: waitingPages.length ? waitingPages[turn % waitingPages.length] : [],
    number: (turn % pages) + 1,
    pages,
  };
}

function chunks(list: Entry[], size: number): Entry[][] {
  const found: Entry[][] = [];
  for (let at = 0; at < list.length; at += size) found.push(list.slice(at, at + size));
  return found;
}
