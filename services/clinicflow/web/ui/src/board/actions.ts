/** What a person may do with a task here, and the events that say so. */

import { t, titled, word } from "../i18n/strings";
import { get, newId, send } from "../lib/api";
import { fieldsOf, type EventForm } from "../shared/event-form";
import type { FormModel } from "../shared/form-values";
import type { BoardModel, Task, Visit } from "./model";

export type Action = "claim" | "start" | "complete" | "release" | "decline" | "pause" | "resume" | "delegate" | "fail";

const ASKS = new Set<Action>(["release", "decline", "pause", "delegate", "fail"]);
const OF_REQUEST = new Set(["task_id", "agent", "closing_event_id"]);

/** The actions that the table of tasks knows for this task and person; the first are shown as buttons. */
export function actionsOf(task: Task, model: BoardModel): { first: Action[]; more: Action[] } {
  const mine = model.me !== null && task.owner === model.me.id;
  const lead = model.me?.lead ?? false;
  if (task.status === "requested") {
    return { first: ["claim", "start"], more: ["complete", "decline", ...(lead ? (["delegate", "fail"] as Action[]) : [])] };
  }
  // Made on hold, held by nobody: it begins by the event it waits for.
  if (task.status === "on-hold" && task.owner === null) return { first: [], more: ["complete", ...(lead ? (["fail"] as Action[]) : [])] };
  if (!mine) return { first: [], more: ["complete", ...(lead ? (["delegate", "release", "fail"] as Action[]) : [])] };
  if (task.status === "accepted") return { first: ["start", "complete"], more: ["pause", "release", "decline", "delegate", "fail"] };
  if (task.status === "on-hold") return { first: ["resume", "complete"], more: ["release", "delegate", "fail"] };
  return { first: ["complete", "pause"], more: ["release", "decline", "delegate", "fail"] };
}

/** Do it; gives back why it was refused, or nothing. Opens the form where something must be said. */
export async function act(action: Action, task: Task, model: BoardModel, form: EventForm): Promise<string> {
  if (action === "complete") return complete(task, model, form);
  const type = action === "resume" || action === "claim" || action === "start" ? `task-${action}-requested` : "";
  if (type) return reasonOf(await send([{ type, task_id: task.task_id }]));
  if (ASKS.has(action)) return ask(action, task, model, form);
  return "";
}

async function ask(action: Action, task: Task, model: BoardModel, form: EventForm): Promise<string> {
  const type = `task-${action}-requested`;
  const found = await get<FormModel>(`/ui/forms/${type}`);
  if (!found.ok) return found.reason || t("notSent");
  await form.open({
    heading: `${t(action)}: ${titled(task.titles, task.activity)}`,
    about: aboutOf(task, model),
    button: t(action),
    fields: fieldsOf(found.data).filter((field) => !OF_REQUEST.has(field.name)),
    ...context(model),
    submit: async (values) => reasonOf(await send([{ type, task_id: task.task_id, ...values }])),
  });
  return "";
}

async function complete(task: Task, model: BoardModel, form: EventForm): Promise<string> {
  const closing = task.closing;
  let fields: ReturnType<typeof fieldsOf> = [];
  if (closing) {
    const found = await get<FormModel>(`/ui/forms/${closing}?task=${task.task_id}`);
    if (!found.ok) return found.reason || t("notSent");
    fields = fieldsOf(found.data);
  }
  await form.open({
    heading: titled(task.titles, task.activity),
    about: [closing ? word(closing) : t("confirmComplete"), aboutOf(task, model)].filter(Boolean).join(" · "),
    button: fields.length ? t("send") : t("complete"),
    fields,
    ...context(model),
    submit: async (values) => reasonOf(await send(eventsOf(task, values))),
  });
  return "";
}

/** No task asks a provider to leave the room, and everything after the visit waits for it: it is told here. */
export async function tellProviderLeft(visit: Visit, model: BoardModel, form: EventForm): Promise<void> {
  const patient = visit.patient_id ? { patient_id: visit.patient_id } : {};
  const event = { type: "provider-exited", event_id: newId(), case_id: visit.case_id, clinic_id: visit.clinic_id, ...patient };
  const room = visit.room_id ? (model.rooms[visit.room_id] ?? visit.room_id) : "";
  await form.open({
    heading: t("providerLeft"),
    about: [visit.ticket, model.nameOf(visit.patient_id), room].filter(Boolean).join(" · "),
    button: t("providerLeft"),
    fields: [],
    ...context(model),
    submit: async () => reasonOf(await send([event])),
  });
}

/** The closing event, if the task has one, and the request that names it; both are stored or none. */
function eventsOf(task: Task, values: Record<string, unknown>): Record<string, unknown>[] {
  const request = { type: "task-completion-requested", task_id: task.task_id };
  if (!task.closing) return [request];
  const event_id = newId();
  const patient = task.patient_id ? { patient_id: task.patient_id } : {};
  const fact = { type: task.closing, event_id, case_id: task.case_id, clinic_id: task.clinic_id, ...patient, ...values };
  return [fact, { ...request, closing_event_id: event_id }];
}

function context(model: BoardModel) {
  return { zone: model.clinic.zone, rooms: model.rooms, staff: model.staff };
}

export function aboutOf(task: Task, model: BoardModel): string {
  const visit = model.visitOf(task);
  const room = task.room_id ?? visit?.room_id ?? null;
  return [visit?.ticket, model.nameOf(task.patient_id), room ? (model.rooms[room] ?? room) : ""].filter(Boolean).join(" · ");
}

function reasonOf(answer: { ok: boolean; status: number; reason: string }): string {
  if (answer.ok) return "";
  return answer.status === 0 ? t("notSent") : answer.reason || t("refused");
}
