/** Times and durations for people. The server's times are UTC microseconds; its clock is followed, not the browser's. */

import { language } from "./prefs";
import { t } from "../i18n/strings";

let offset = 0;

export function followClock(serverNow: number): void {
  offset = serverNow - Date.now() * 1000;
}

export function now(): number {
  return Date.now() * 1000 + offset;
}

export function minutes(micros: number): number {
  return Math.floor(micros / 60_000_000);
}

/** A duration such as 4 min, 1 h 20 min, 2 d. */
export function duration(micros: number): string {
  const all = Math.max(0, minutes(micros));
  if (all < 1) return t("underMinute");
  if (all < 60) return t("minutes", { n: all });
  if (all < 2880) {
    const rest = all % 60;
    const hours = t("hours", { n: Math.floor(all / 60) });
    return rest && all < 600 ? `${hours} ${t("minutes", { n: rest })}` : hours;
  }
  return t("days", { n: Math.floor(all / 1440) });
}

export function clock(micros: number, zone: string): string {
  return new Intl.DateTimeFormat(language(), { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(micros / 1000);
}

/** The time of day; with the date when it is another day. */
export function clockIn(micros: number, zone: string): string {
  const day = (at: number) => new Intl.DateTimeFormat("en-CA", { dateStyle: "short", timeZone: zone }).format(at / 1000);
  if (day(micros) === day(now())) return clock(micros, zone);
  const parts: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: zone };
  return new Intl.DateTimeFormat(language(), parts).format(micros / 1000);
}

export function clockOn(micros: number, zone: string): string {
  const parts: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "medium", timeZone: zone };
  return new Intl.DateTimeFormat(language(), parts).format(micros / 1000);
}
