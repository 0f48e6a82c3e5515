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

/** How a clinic turns its pages: how long each stays at least, and how many codes are on it at most. */
export interface Turning {
  page_seconds: number;
  codes_per_page: number;
}

/** Used until the server has told the clinic's own. */
export const SHIPPED: Turning = { page_seconds: 8, codes_per_page: 8 };

const CALLS_PER_PAGE = 3;

export interface Page {
  calls: Entry[];
  waiting: Entry[];
  number: number;
  pages: number;
}

/**
 * The page to show at a turn: at most so many codes. Calls come first; those that are current stay on every page, the
 * others share the places that are left. When more are current than there are places, only the newest stays.
 */
export function pageOf(entries: Entry[], turn: number, codes: number, current: (call: Entry) => boolean): Page {
  const calls = entries.filter((entry) => entry.state !== "waiting");
  const waiting = entries.filter((entry) => entry.state === "waiting");
  const fresh = calls.filter(current);
  const kept = fresh.length > CALLS_PER_PAGE ? fresh.slice(0, 1) : fresh;
  const others = calls.filter((call) => !kept.includes(call));
  const callPages = kept.length < CALLS_PER_PAGE ? chunks(others, CALLS_PER_PAGE - kept.length) : [];
  const waitingPages = chunks(waiting, codes - Math.min(CALLS_PER_PAGE, calls.length));
  const pages = Math.max(callPages.length, waitingPages.length, 1);
  return {
    calls: [...kept, ...(callPages.length ? callPages[turn % callPages.length] : [])],
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
