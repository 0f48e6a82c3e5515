/** What a team does with its work in one step: hand a shift over, take it over, say that somebody is away, rest. */

import { t, titled } from "../i18n/strings";
import { refusalText } from "../i18n/refusals";
import type { BoardModel } from "../board/model";
import { get, post, send, type Answer } from "../lib/api";
import { fieldsOf, type EventForm } from "../shared/event-form";
import type { Field, FormModel } from "../shared/form-values";

export interface Offer {
  offer_event: string;
  from_staff: string;
  to_staff: string;
  offered_at: number;
  tasks: string[];
}

export interface Member {
  id: string;
  on_shift: boolean;
  held: number;
  overdue: number;
  weight: number;
  break_overdue: boolean;
}

export interface Team {
  now: number;
  cap: number | null;
  free: number;
  members: Member[];
  offers: Offer[];
}

interface Share {
  task_id: string;
  to: string | null;
  reasons: string[];
}

/** Where each task went, in words. */
export interface Result {
  heading: string;
  lines: string[];
}

export function reasonOf(answer: Answer): string {
  if (answer.ok) return "";
  return answer.status === 0 ? t("notSent") : answer.reason || t("refused");
}

/** Ask why somebody is away and deal out what the person holds; `done` is told where each task went. */
export async function askAbsence(who: string, model: BoardModel, form: EventForm, done: (result: Result) => void): Promise<string> {
  const found = await get<FormModel>("/ui/forms/staff-unavailable");
  if (!found.ok) return reasonOf(found);
  const titles = titlesNow(model);
  const name = model.colleague(who);
  await form.open({
    heading: t("absenceTitle", { who: name }),
    about: t("absenceHelp"),
    button: t("absenceDo"),
    fields: fieldsOf(found.data).filter((field) => field.name === "reason"),
    zone: model.clinic.zone,
    rooms: model.rooms,
    staff: model.staff,
    submit: async ({ reason }) => {
      const sent = await post(`/v1/staff/${encodeURIComponent(who)}/absence`, { clinic_id: model.clinicId, reason });
      if (sent.ok) done({ heading: t("absenceDone", { who: name }), lines: sent.data.tasks.map((share: Share) => lineOf(share, titles, model)) });
      return reasonOf(sent);
    },
  });
  return "";
}

/** Offer all that one holds to a colleague who is on shift. */
export async function askHandover(team: Team, model: BoardModel, form: EventForm, done: (result: Result) => void): Promise<void> {
  const me = model.me?.id ?? "";
  const here = team.members.filter((one) => one.on_shift && one.id !== me).map((one) => one.id);
  const field: Field = { name: "to_staff", kind: "staff", doc: t("handoverTo"), required: true };
  await form.open({
    heading: t("handoverTitle"),
    about: t("handoverHelp"),
    button: t("handoverDo"),
    fields: [field],
    zone: model.clinic.zone,
    rooms: model.rooms,
    staff: Object.fromEntries(Object.entries(model.staff).filter(([id]) => here.includes(id))),
    submit: async ({ to_staff }) => {
      const sent = await post("/v1/staff/handover", { clinic_id: model.clinicId, to_staff });
      const titles = titlesNow(model);
      if (sent.ok) {
        done({ heading: t("handoverDone", { who: model.colleague(String(to_staff)) }), lines: sent.data.tasks.map((id: string) => titles.get(id) ?? id) });
      }
      return reasonOf(sent);
    },
  });
}

/** Take over what a colleague has offered. */
export async function accept(offer: Offer, model: BoardModel): Promise<{ problem: string; result: Result | null }> {
  const titles = titlesNow(model);
  const sent = await post(`/v1/staff/handover/${offer.offer_event}/acceptance`, {});
  if (!sent.ok) return { problem: reasonOf(sent), result: null };
  const lines = sent.data.tasks.map((id: string) => titles.get(id) ?? id);
  return { problem: "", result: { heading: t("acceptDone", { who: model.colleague(offer.from_staff) }), lines } };
}

export async function rest(type: "break-started" | "break-ended", model: BoardModel): Promise<string> {
  return reasonOf(await send([{ type, clinic_id: model.clinicId, staff_id: model.me?.id }]));
}

function lineOf(share: Share, titles: Map<string, string>, model: BoardModel): string {
  const task = titles.get(share.task_id) ?? share.task_id;
  if (share.to) return t("goesTo", { task, who: model.colleague(share.to) });
  const why = share.reasons.map((code) => refusalText(code) || code).join(" ");
  return t("goesBack", { task, why });
}

/** Titles and tickets as they are now: the tasks are in other hands by the time that the answer is shown. */
function titlesNow(model: BoardModel): Map<string, string> {
  const named = [...model.tasks.values()].map((task): [string, string] => {
    const about = [model.visitOf(task)?.ticket, model.nameOf(task.patient_id)].filter(Boolean).join(" · ");
    return [task.task_id, [titled(task.titles, task.activity), about].filter(Boolean).join(" — ")];
  });
  return new Map(named);
}
