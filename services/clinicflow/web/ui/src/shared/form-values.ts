/** The fields of an event's form, and what a person typed as the values that the event's JSON form wants. */

import { t } from "../i18n/strings";

export interface Field {
  name: string;
  kind: "text" | "note" | "integer" | "quantity" | "decimal" | "boolean" | "choice" | "time" | "list" | "reference" | "room" | "staff";
  doc: string;
  required?: boolean;
  symbols?: string[];
  unit?: string;
  scale?: number;
  value?: string;
}

export interface FormModel {
  event: string;
  case: string;
  doc: string;
  fields: Field[];
}

const UNITS: Record<string, string> = { "mm[Hg]": "mmHg", Cel: "°C", "{score}": "", "1": "", a: "y" };

/** A UCUM unit as people write it. */
export function unitText(unit: string | undefined): string {
  return unit === undefined ? "" : (UNITS[unit] ?? unit);
}

export type Read = { values: Record<string, unknown>; problems: Record<string, string> };

/** Read a form. Empty optional fields are left out; nothing is guessed. */
export function readForm(fields: Field[], data: FormData, zone: string): Read {
  const values: Record<string, unknown> = {};
  const problems: Record<string, string> = {};
  for (const field of fields) {
    const raw = String(data.get(field.name) ?? "").trim();
    if (field.kind === "boolean" && field.required) {
      values[field.name] = data.get(field.name) !== null;
    } else if (raw === "") {
      if (field.required) problems[field.name] = t("required");
    } else {
      const value = valueOf(field, raw, zone);
      if (value === undefined) problems[field.name] = wrongNumber(field);
      else values[field.name] = value;
    }
  }
  return { values, problems };
}

function wrongNumber(field: Field): string {
  const decimals = field.kind === "decimal" ? 15 : (field.scale ?? 0);
  return decimals ? t("wrongNumber", { n: decimals }) : t("wholeNumber");
}

function valueOf(field: Field, raw: string, zone: string): unknown {
  switch (field.kind) {
    case "quantity":
      return numberText(raw, field.scale ?? 0, (text) => ({ value: text, unit: field.unit }));
    case "integer":
      return numberText(raw, 0, Number);
    case "decimal":
      return numberText(raw, 15, (text) => text);
    case "boolean":
      return raw === "yes";
    case "list":
      return raw.split(",").map((each) => each.trim()).filter(Boolean);
    case "time":
      return instantIn(raw, zone);
    default:
      return raw;
  }
}

function numberText(raw: string, decimals: number, make: (text: string) => unknown): unknown {
  const text = raw.replace(",", ".");
  const [, fraction = ""] = text.split(".");
  return /^-?\d{1,15}(\.\d+)?$/.test(text) && fraction.length <= decimals ? make(text) : undefined;
}

/** The instant of a local time (2026-01-31T09:30) in a zone, with its offset written out. */
export function instantIn(local: string, zone: string): string | undefined {
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  let offset = offsetAt(asUtc, zone);
  offset = offsetAt(asUtc - offset * 60_000, zone);
  const sign = offset < 0 ? "-" : "+";
  const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
  return `${local.length === 16 ? `${local}:00` : local}${sign}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`;
}

function offsetAt(instant: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
  }).formatToParts(instant);
  const get = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(get("year"), get("month") - 1, get("day"), get("hour"), get("minute"), get("second"));
  return Math.round((shown - Math.floor(instant / 1000) * 1000) / 60_000);
}
