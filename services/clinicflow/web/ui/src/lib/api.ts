/** Questions to the server. Everything goes to the page's own origin. */

import { refusalsText, type Refusal } from "../i18n/refusals";

export interface Answer<T = any> {
  ok: boolean;
  status: number;
  reason: string;
  data: T;
}

const SESSION = { "X-Clinicflow": "1" };

export async function get<T = any>(url: string, headers: Record<string, string> = {}): Promise<Answer<T>> {
  return ask<T>(url, { headers, cache: "no-store" });
}

export async function post<T = any>(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
  const all = { "Content-Type": "application/json", ...SESSION, ...headers };
  return ask<T>(url, { method: "POST", headers: all, body: JSON.stringify(body) });
}

/** Send events; waits up to two seconds for what the agents say. A refusal comes back with its reason. */
export async function send(events: Record<string, unknown>[]): Promise<Answer> {
  return post("/v1/events", events.length === 1 ? events[0] : events, { Prefer: "wait=2" });
}

async function ask<T>(url: string, init: RequestInit): Promise<Answer<T>> {
  try {
    const answer = await fetch(url, init);
    const text = await answer.text();
    const data = text ? JSON.parse(text) : {};
    return { ok: answer.ok, status: answer.status, reason: answer.ok ? "" : reasonOf(data), data };
  } catch {
    return { ok: false, status: 0, reason: "", data: {} as T };
  }
}

function reasonOf(data: any): string {
  const rejections = (data.events ?? []).flatMap((event: any) => event.rejections ?? []);
  if (rejections.length) return refusalsText(rejections);
  if (data.rejections?.length) return refusalsText(data.rejections);
  if (data.problems?.length) return refusalsText(data.problems.map(asRefusal));
  return data.detail ?? data.title ?? "";
}

/** A problem with a code is a refusal; one without tells in the server's words what is wrong where. */
function asRefusal(each: any): Refusal {
  return each.code ? { code: each.code, reason: each.expected } : { reason: `${each.path} ${each.problem}: ${each.expected}`.trim() };
}

export function newId(): string {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The clinic's id: the last part of the page's address. */
export function clinicOfPage(): string {
  return decodeURIComponent(location.pathname.split("/").filter(Boolean).pop() ?? "");
}

export function toSignIn(): void {
  location.href = `/sign-in?next=${encodeURIComponent(location.pathname)}`;
}
