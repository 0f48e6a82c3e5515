/** What was done at this desk in this browser session, so that it can be undone. Opaque ids and tickets only. */

export interface Done {
  what: string;
  ticket: string;
  at: number;
  events: { type: string; event_id: string; case_id: string; clinic_id: string; patient_id?: string }[];
  undone: boolean;
}

const MOST = 12;

export function remembered(clinic: string): Done[] {
  try {
    return JSON.parse(sessionStorage.getItem(`cf-desk-${clinic}`) ?? "[]");
  } catch {
    return [];
  }
}

export function remember(clinic: string, done: Done[]): Done[] {
  const kept = done.slice(0, MOST);
  try {
    sessionStorage.setItem(`cf-desk-${clinic}`, JSON.stringify(kept));
  } catch {
    /* a browser that keeps nothing: undo works until the page is left */
  }
  return kept;
}
